// Where the outcome of an asynchronous invocation goes, as messages of AWS's shape, sent with the function's role.
import type { Principal } from "../gateway/service.ts";
import type { InvokeOutcome } from "../ports.ts";
import { principalOf } from "./environment.ts";
import { ASYNC } from "./limits.ts";
import type { FunctionRecord } from "./model.ts";

export interface Settled {
  readonly condition: "Success" | "RetriesExhausted" | "EventAgeExceeded";
  /** Missing when the function never ran. */
  readonly outcome?: InvokeOutcome;
}

export interface EventFacts {
  readonly requestId: string;
  readonly payload: string;
  readonly attempts: number;
  readonly now: number;
}

/** Sends to one queue. */
export type Send = (principal: Principal, body: string, attributes?: Readonly<Record<string, string>>) => void;

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
};

/** Sends the invocation record, version 1.0. */
export const sendToDestination = (
  send: Send,
  record: FunctionRecord,
  { requestId, payload, attempts, now }: EventFacts,
  { condition, outcome }: Settled,
): void => {
  const message = {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${record.arn}:${record.version}`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: parse(payload),
    ...(outcome !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: record.version,
        ...(outcome.failed && { functionError: "Unhandled" }),
      },
      responsePayload: parse(outcome.payload),
    }),
  };
  send(principalOf(record), JSON.stringify(message));
};

/** Sends the event itself; what went wrong is in the message attributes. */
export const sendToDeadLetterQueue = (
  send: Send,
  record: FunctionRecord,
  { requestId, payload }: EventFacts,
  { outcome }: Settled,
): void => {
  const failure = outcome === undefined ? undefined : parse(outcome.payload);
  const message =
    typeof failure === "object" && failure !== null && "errorMessage" in failure ? String(failure.errorMessage) : "";
  send(principalOf(record), payload, {
    RequestID: requestId,
    ErrorCode: outcome === undefined ? "429" : "200",
    ErrorMessage: Buffer.from(message).subarray(0, ASYNC.dlqErrorMessageBytes).toString("utf8"),
  });
};
