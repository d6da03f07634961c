// The Invoke action: synchronous and asynchronous.
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action, AwsResponse, Call } from "../gateway/service.ts";
import type { InvokeOutcome, InvokeRequest } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import { textOf, type FunctionModel, type FunctionRecord } from "./model.ts";
import type { RunRequest } from "./run.ts";

export interface InvokeOptions {
  readonly model: FunctionModel;
  readonly run: (record: FunctionRecord, request: RunRequest) => Promise<InvokeOutcome>;
  readonly accept: (record: FunctionRecord, request: InvokeRequest) => string;
}

/** Throws AWS's 413 for a payload over the limit of its invocation type. */
export const checkSize = (payload: string, limitBytes: number): void => {
  if (Buffer.byteLength(payload) <= limitBytes) return;
  const message = `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`;
  throw new AwsError("RequestTooLargeException", 413, message);
};

/** JSON text, or AWS's refusal. */
const checkJson = (text: string, complaint: string): string => {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new AwsError("InvalidRequestContentException", 400, `${complaint}: ${detail}`);
  }
};

const payloadOf = async ({ request }: Call): Promise<string> => {
  const text = (await request.body()).toString("utf8");
  const complaint = "Could not parse request body into json: Could not parse payload into json";
  return text.trim() === "" ? "{}" : checkJson(text, complaint);
};

const clientContextOf = ({ request }: Call): string | undefined => {
  const header = request.headers["x-amz-client-context"];
  if (header === undefined) return undefined;
  const text = Buffer.from(header, "base64").toString("utf8");
  return checkJson(text, "Client context must be a valid Base64-encoded JSON object");
};

const answerOf = (
  { payload, failed, logTail, requestId }: InvokeOutcome,
  version: string,
  tail: boolean,
): AwsResponse => ({
  status: 200,
  headers: {
    "content-type": "application/json",
    "x-amzn-requestid": requestId,
    "x-amz-executed-version": version,
    ...(failed && { "x-amz-function-error": "Unhandled" }),
    ...(tail && { "x-amz-log-result": Buffer.from(logTail).toString("base64") }),
  },
  body: payload,
});

const choice = <T extends string>(call: Call, header: string, known: readonly [T, ...T[]]): T => {
  const value = call.request.headers[header] ?? known[0];
  const found = known.find((name) => name === value);
  if (found === undefined) throw unsupported(`${header}: ${value}`);
  return found;
};

const PARAMETERS = ["FunctionName", "Qualifier", "InvocationType", "LogType", "ClientContext", "Payload"] as const;

export const createInvoke = ({ model, run, accept }: InvokeOptions): Action => {
  const invoke = async (call: Call): Promise<AwsResponse> => {
    const { input, traceId } = call;
    for (const name of Object.keys(input)) if (name !== "FunctionName" && name !== "Qualifier") throw unsupported(name);
    const record = model.get(textOf(input, "FunctionName") ?? "", textOf(input, "Qualifier"));
    const type = choice(call, "x-amz-invocation-type", ["RequestResponse", "Event"]);
    const tail = choice(call, "x-amz-log-type", ["None", "Tail"]) === "Tail";
    const payload = await payloadOf(call);
    checkSize(payload, type === "Event" ? LIMITS.asyncPayloadBytes : LIMITS.syncPayloadBytes);
    const request = { functionName: record.name, payload, ...(traceId !== undefined && { traceId }) };
    if (type === "Event") return { status: 202, headers: { "x-amzn-requestid": accept(record, request) }, body: "" };
    const clientContext = clientContextOf(call);
    const outcome = await run(record, { ...request, ...(clientContext !== undefined && { clientContext }) });
    return answerOf(outcome, record.version, tail);
  };
  return Object.assign(invoke, { parameters: PARAMETERS });
};
