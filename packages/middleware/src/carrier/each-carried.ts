// Every payload of an event, whatever carried it.
import type { SQSBatchResponse } from "aws-lambda";
import { callOf, type Call } from "../trigger/call.ts";
import { openDirect, recordsFrom } from "./carrier.ts";
import { eachMessage } from "./each-message.ts";

/**
 * Runs `work` for each payload of an event, one after another, with the call of what carried it. From SQS one bad
 * message fails alone (`eachMessage`); any other carrier gets the first error thrown after all payloads had their turn,
 * so that its own retry takes the whole event.
 */
export const eachCarried = async (
  event: unknown,
  call: Call,
  work: (payload: unknown, call: Call) => Promise<void>,
): Promise<SQSBatchResponse | undefined> => {
  const records = recordsFrom("aws:sqs", event);
  if (records) return eachMessage(records, call, work);
  await allOf(openDirect(event), async ({ payload, correlationId }) => work(payload, callOf(call, correlationId, {})));
  return undefined;
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
