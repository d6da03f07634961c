// Where the outcome of an asynchronous invocation goes, as messages of AWS's shape, sent with the function's role.
import { AwsError } from "../gateway/aws-error.ts";
import type { Delivery, Iam, InvokeOutcome } from "../ports.ts";
import { principalOf } from "./environment.ts";
import { ASYNC } from "./limits.ts";
import { type FunctionRecord, qualifierOf } from "./model.ts";

export interface Settled {
  readonly condition: "Success" | "RetriesExhausted" | "EventAgeExceeded";
  /** Missing when the function never ran. */
  readonly outcome?: InvokeOutcome | undefined;
}

export interface EventFacts {
  readonly requestId: string;
  readonly payload: string;
  readonly attempts: number;
  readonly now: number;
  readonly traceId?: string | undefined;
}

/** What a role needs to send somewhere, by the target's service. */
const SENDING: Readonly<Record<string, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
  events: "events:PutEvents",
};

/** Throws AWS's error when the function's role may not send there. */
export const checkDestination = (
  iam: Pick<Iam, "decide">,
  record: Pick<FunctionRecord, "role" | "name">,
  targetArn: string | undefined,
): void => {
  if (targetArn === undefined) return;
  const action = SENDING[targetArn.split(":")[2] ?? ""] ?? "";
  if (iam.decide(principalOf(record), { action, resource: targetArn }).allowed) return;
  const message = `The function execution role does not have permissions to call ${action.split(":")[1]} on ${targetArn}`;
  throw new AwsError("InvalidParameterValueException", 400, message);
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
};

const fromFunction = (record: FunctionRecord, { traceId }: EventFacts) => ({
  principal: principalOf(record),
  sourceArn: record.arn,
  ...(traceId !== undefined && { traceId }),
});

/** The invocation record, version 1.0; for a bus it is the detail of an event. */
export const toDestination = (
  targetArn: string,
  record: FunctionRecord,
  facts: EventFacts,
  { condition, outcome }: Settled,
): Delivery => {
  const functionArn = `${record.arn}:${qualifierOf(record)}`;
  const message = {
    version: "1.0",
    timestamp: new Date(facts.now).toISOString(),
    requestContext: { requestId: facts.requestId, functionArn, condition, approximateInvokeCount: facts.attempts },
    requestPayload: parse(facts.payload),
    ...(outcome !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: record.version,
        ...(outcome.failed && { functionError: "Unhandled" }),
      },
      responsePayload: parse(outcome.payload),
    }),
  };
  return {
    ...fromFunction(record, facts),
    targetArn,
    body: JSON.stringify(message),
    source: "lambda",
    detailType: `Lambda Function Invocation Result - ${condition === "Success" ? "Success" : "Failure"}`, // (u)
    resources: [functionArn, targetArn],
  };
};

/** The event itself; what went wrong is in the message attributes. */
export const toDeadLetters = (
  targetArn: string,
  record: FunctionRecord,
  facts: EventFacts,
  { outcome }: Settled,
): Delivery => {
  const failure = outcome === undefined ? undefined : parse(outcome.payload);
  const message =
    typeof failure === "object" && failure !== null && "errorMessage" in failure ? String(failure.errorMessage) : "";
  return {
    ...fromFunction(record, facts),
    targetArn,
    body: facts.payload,
    attributes: {
      RequestID: facts.requestId,
      ErrorCode: outcome === undefined ? "429" : "200",
      ErrorMessage: Buffer.from(message).subarray(0, ASYNC.dlqErrorMessageBytes).toString("utf8"),
    },
  };
};
