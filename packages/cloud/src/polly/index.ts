// Polly: text and SSML as audio and speech marks, by voices that really speak; lexicons, and synthesis tasks.
import { honouring } from "../gateway/action.ts";
import type { Action, AwsResponse, Call, Need, Service } from "../gateway/service.ts";
import type { Deliver, Ground, S3 } from "../ports.ts";
import { restJsonProtocol } from "../protocols/rest-json.ts";
import { type Espeak, findEspeak } from "./espeak.ts";
import { createLexicons, lexiconArn } from "./lexicons.ts";
import { LIMITS } from "./limits.ts";
import { formatOf, type Order, orderEntries, readOrder } from "./order.ts";
import { routes } from "./routes.ts";
import { bodyOf, speak, type SpeakOptions } from "./speak.ts";
import type { Speech } from "./speech-port.ts";
import { createTasks, type TaskPorts } from "./tasks.ts";
import { describeVoices, voicesOf } from "./voices.ts";

export interface PollyPorts {
  readonly s3: Pick<S3, "hasBucket" | "writeObject">;
  readonly deliver: Deliver;
  /** Whether all voices sound like the quickest one, and those of other languages are not looked for. */
  readonly fast: boolean;
}

export interface PollyService {
  readonly service: Service;
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const needs = ({ action, input, region }: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
  const need = (resource: string): Need => ({ action: `polly:${action}`, resource });
  if (input["Name"] !== undefined) return [need(lexiconArn(region, textOf(input["Name"])))];
  const names: readonly unknown[] = Array.isArray(input["LexiconNames"]) ? input["LexiconNames"] : [];
  const own = names.length === 0 ? [need("*")] : names.map((name) => need(lexiconArn(region, textOf(name))));
  if (action !== "StartSpeechSynthesisTask") return own;
  // What the task does later it does with the caller's rights, and AWS looks at them now. (u)
  const object = `arn:aws:s3:::${textOf(input["OutputS3BucketName"])}/${textOf(input["OutputS3KeyPrefix"])}`;
  const topic = textOf(input["SnsTopicArn"]);
  return [
    ...own,
    { action: "s3:PutObject", resource: object },
    ...(topic === "" ? [] : [{ action: "sns:Publish", resource: topic }]),
  ];
};

/** Bills characters, and says once what was asked for that has no effect here. */
const createBill = ({ meter, report }: Ground): TaskPorts["bill"] => {
  const said = new Set<string>();
  return ({ engine, spoken }, { traceId }) => {
    const trace = traceId === undefined ? {} : { trace: traceId };
    meter.add({ service: "polly", unit: `${engine}-characters`, amount: spoken.chars, ...trace });
    for (const name of spoken.ignored) {
      if (!said.has(name)) report(`polly: ${name} is accepted and has no effect here`);
      said.add(name);
    }
  };
};

/** Makes Polly; the first call starts the voices. */
export const createPolly = (ground: Ground, { s3, deliver, fast }: PollyPorts): PollyService => {
  const onError = (error: unknown): void => ground.report("A voice of Polly failed", error);
  let loaded: Promise<Speech> | undefined;
  const load = async (): Promise<Speech> => (await import("./flite-speech.ts")).createFliteSpeech({ fast, onError });
  const lexicons = createLexicons(ground);
  const bill = createBill(ground);
  let found: Promise<Espeak | undefined> | undefined;
  const espeak = async (): Promise<Espeak | undefined> => (fast ? undefined : (found ??= findEspeak()));
  const voices = async () => voicesOf((await espeak()) !== undefined);
  const read: TaskPorts["read"] = async (input, limits, { region }) =>
    readOrder(input, limits, { lexiconOf: (name) => lexicons.get(region, name), voices: await voices() });
  const say = async function* (order: Order, options: SpeakOptions): AsyncGenerator<Uint8Array> {
    yield* speak({ speech: async () => (loaded ??= load()), espeak: await espeak() }, order, options);
  };
  const strikes = (kind: "no-audio" | "cut-multibyte", call: Call): boolean => {
    const { service, action, principal } = call;
    const caller = principal.kind === "role" ? { function: principal.sessionName } : {};
    const about = { ...needs(call)[0], ...("arn" in principal && { principal: principal.arn }), ...caller };
    return ground.faults.strike([kind], { ...about, service, action }) !== undefined;
  };

  const SynthesizeSpeech: Action = honouring("ValidationException")(
    orderEntries,
    async (input, call): Promise<AwsResponse> => {
      const order = await read(input, LIMITS.speech, call);
      const marks = order.output.kind === "marks";
      const abort = new AbortController();
      const options = { cutMultibyte: marks && strikes("cut-multibyte", call), signal: abort.signal };
      const body = !marks && strikes("no-audio", call) ? "" : await bodyOf(say(order, options), () => abort.abort());
      const { chars } = order.spoken;
      bill(order, call);
      call.note({ characters: chars, voice: input.VoiceId, engine: input.Engine, format: input.OutputFormat });
      const headers = {
        "content-type": formatOf(input.OutputFormat).contentType,
        "x-amzn-requestcharacters": String(chars),
        "x-amzn-requestid": call.requestId,
      };
      return { status: 200, headers, body };
    },
  );
  const tasks = createTasks(ground, {
    s3,
    deliver,
    read,
    bill,
    speak: (order, signal) => say(order, { cutMultibyte: false, signal, mostSeconds: Infinity }),
  });

  return {
    start: tasks.start,
    close: async () => {
      await Promise.all([tasks.close(), loaded?.then((speech) => speech.close())]); // what is spoken for tasks is not waited for
    },
    service: {
      name: "polly",
      protocol: restJsonProtocol(routes),
      actions: { SynthesizeSpeech, DescribeVoices: describeVoices(voices), ...lexicons.actions, ...tasks.actions },
      needs,
      types: {}, // AWS has no CloudFormation types of Polly
    },
  };
};
