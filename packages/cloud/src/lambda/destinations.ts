// Where the outcome of an asynchronous invocation goes, as messages of AWS's shape, sent with the function's role.
import type { Delivery, InvokeOutcome } from "../ports.ts";
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
