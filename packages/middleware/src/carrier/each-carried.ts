import type { SQSBatchResponse } from "aws-lambda";
import type { Log } from "../log/log.ts";
import { openDirect, openSqs, sqsRecords } from "./carrier.ts";

/**
 * Runs `work` for each payload of an event, one after another. From SQS one bad message fails alone
 * (`batchItemFailures`; in a FIFO group what follows it fails too); any other carrier gets the first error thrown after
 * all payloads had their turn, so that its own retry takes the whole event.
 */
export const eachCarried = async (
  event: unknown,
  log: Log,
  work: (payload: unknown) => Promise<void>,
): Promise<SQSBatchResponse | undefined> => {
  const records = sqsRecords(event);
  if (records) return fromQueue(records, log, work);
  await allOf(openDirect(event), async ({ payload }) => work(payload));
  return undefined;
};

const fromQueue = async (
  records: readonly Readonly<Record<string, unknown>>[],
  log: Log,
  work: (payload: unknown) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const failed: string[] = [];
  const stoppedGroups = new Set<unknown>();
  for (const record of records) {
    const itemIdentifier = String(record["messageId"]);
    const { MessageGroupId: group } = (record["attributes"] ?? {}) as { MessageGroupId?: unknown }; // SQS's own shape
    if (group !== undefined && stoppedGroups.has(group)) {
      failed.push(itemIdentifier);
      continue;
    }
    try {
      await work(openSqs(record).payload);
    } catch (error) {
      log.error("A message failed", { message_id: itemIdentifier, error });
      failed.push(itemIdentifier);
      if (group !== undefined) stoppedGroups.add(group);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Works on all items in turn; then throws the first error, the others as its companions. */
export const allOf = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} of ${items.length} failed`);
  if (errors.length === 1) throw errors[0];
};
