// Messages of a queue: side by side, but each FIFO group in its order, and each failing alone.
import type { SQSBatchResponse } from "aws-lambda";
import { callOf, type Call } from "../trigger/call.ts";
import { isFields, openSqs, type Fields } from "./carrier.ts";

type Work = (payload: unknown, call: Call, record: Fields) => Promise<void>;

/** Messages in the order in which they must run: those of a FIFO group one after another, any other by itself. */
const lanesOf = (records: readonly Fields[]): readonly (readonly Fields[])[] => {
  const lanes = new Map<unknown, Fields[]>();
  for (const record of records) {
    const { attributes } = record;
    const lane = (isFields(attributes) ? attributes["MessageGroupId"] : undefined) ?? record;
    lanes.set(lane, [...(lanes.get(lane) ?? []), record]);
  }
  return [...lanes.values()];
};

/** Whether it succeeded; a message that does not even open fails like any other. */
const succeeds = async (record: Fields, call: Call, work: Work): Promise<boolean> => {
  const fields = { message_id: record["messageId"] };
  let own: Call | undefined;
  try {
    const { payload, correlationId } = openSqs(record);
    own = callOf(call, correlationId, fields);
    await work(payload, own, record);
    return true;
  } catch (error) {
    (own ?? callOf(call, undefined, fields)).log.error("A message failed", { error });
    return false;
  }
};

/**
 * Runs `work` for each SQS message, `concurrency` at a time, and answers which failed. What follows a failed message of
 * its FIFO group is not tried and fails too, so that the order holds.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const eachMessage = async (
  records: readonly Fields[],
  call: Call,
  work: Work,
  concurrency = 1,
): Promise<SQSBatchResponse> => {
  const done = new Set<Fields>();
  const waiting = lanesOf(records).values(); // one iterator for all workers: each lane is taken once
  const worker = async (): Promise<void> => {
    for (const lane of waiting) {
      for (const record of lane) {
        if (!(await succeeds(record, call, work))) break;
        done.add(record);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker));
  const failed = records.filter((record) => !done.has(record));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: String(messageId) })) };
};
