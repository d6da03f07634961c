// The wrapper of a function that reads the log lines of others.
import type { SQSBatchResponse } from "aws-lambda";
import { eachCarried } from "../carrier/each-carried.ts";
import { validate, type Schema } from "../schema/validate.ts";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { extendCall, type Call } from "../trigger/call.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import { readLogBatch } from "./log-batch.ts";

export interface LogEventsAccept<L extends Schema> {
  /** Each log line is parsed as JSON and checked; what does not fit is counted as `invalid_lines` and left out. */
  readonly line: L;
}

/** One valid line and when and under which id CloudWatch Logs took it. */
export interface LogEvent<T> {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly line: T;
}

export interface LogEventsInput<T> extends Call {
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly LogEvent<T>[];
}

const parsed = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};

/**
 * Batches of a CloudWatch Logs subscription: directly, or from SQS as records of a failure destination that are
 * redriven (`requestPayload`). Delivered at least once, in any order and cut: make the effect idempotent.
 */
export const logEvents = <L extends Schema>(
  { line: schema }: LogEventsAccept<L>,
  fn: (input: LogEventsInput<StandardSchemaV1.InferOutput<L>>) => Promise<void> | void,
): Handler<unknown, SQSBatchResponse | undefined> => {
  const work = async (payload: unknown, call: Call): Promise<void> => {
    const batch = readLogBatch(payload);
    if (!batch) return;
    const events: LogEvent<StandardSchemaV1.InferOutput<L>>[] = [];
    for (const { id, timestamp, message } of batch.logEvents) {
      const checked = await validate(schema, parsed(message));
      if (checked.ok) events.push({ id, timestamp, line: checked.value });
    }
    const invalid = batch.logEvents.length - events.length;
    if (invalid) call.log.warn("Left out log lines that are not as expected", { invalid_lines: invalid });
    call.metrics.add("invalid_lines", invalid);
    await fn(extendCall(call, { logGroup: batch.logGroup, logStream: batch.logStream, events }));
  };
  return trigger<unknown, SQSBatchResponse | undefined>({
    collect: createMetrics,
    run: async (event, call) => eachCarried(event, call, work),
    seal: (result, _event, open) => {
      open.close();
      return result;
    },
  });
};
