// DeleteMessage, ChangeMessageVisibility, their batches, and PurgeQueue.
import type { Action, Input } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { eachEntry, readEntries } from "./batches.ts";
import { invalidParameter, invalidValue, sqsError } from "./errors.ts";
import { MAX_VISIBILITY_SECONDS, PURGE_PAUSE_MS } from "./limits.ts";
import { honour, queueOf, required } from "./parameters.ts";
import type { OpenQueue, Queues } from "./queues.ts";
import { readHandle } from "./receipt.ts";

export const deleteActions = (queues: Queues, clock: Ground["clock"]): Readonly<Record<string, Action>> => {
  const purgedAt = new Map<string, number>();

  /** A handle of an earlier receive succeeds and deletes nothing, as on AWS. */
  const remove = (queue: OpenQueue, input: Input): object => {
    const { key, receipt } = readHandle(queue, required(input, "ReceiptHandle"));
    if (queue.messages.find(key)?.receipt === receipt) queues.removeMessages(queue, [key]);
    return {};
  };

  const changeVisibility = (queue: OpenQueue, input: Input): object => {
    const handle = required(input, "ReceiptHandle");
    const seconds = input["VisibilityTimeout"];
    if (!Number.isInteger(seconds) || Number(seconds) < 0 || Number(seconds) > MAX_VISIBILITY_SECONDS) {
      throw invalidValue("VisibilityTimeout", seconds, `Must be between 0 and ${MAX_VISIBILITY_SECONDS}.`);
    }
    const { key, receipt } = readHandle(queue, handle);
    const delivery = queue.messages.find(key);
    const now = clock.now();
    if (delivery === undefined || delivery.receipt !== receipt) {
      const reason = "Message does not exist or is not available for visibility timeout change.";
      throw invalidValue("ReceiptHandle", handle, reason);
    }
    if (delivery.visibleAt <= now) throw sqsError("MessageNotInflight", "The message referred to is not in flight.");
    const visibleAt = now + Number(seconds) * 1000;
    if (visibleAt > (delivery.lastReceivedAt ?? now) + MAX_VISIBILITY_SECONDS * 1000) {
      throw invalidParameter(
        `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`,
      );
    }
    queues.updateMessages(queue, [{ ...delivery, visibleAt }]);
    return {};
  };

  const purge = (queue: OpenQueue): void => {
    const { name } = queue.state;
    const last = purgedAt.get(name);
    if (last !== undefined && clock.now() < last + PURGE_PAUSE_MS) {
      const message = `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`;
      throw sqsError("PurgeQueueInProgress", message);
    }
    purgedAt.set(name, clock.now());
    queues.removeMessages(queue, queue.messages.keys());
  };

  const batch =
    (run: (queue: OpenQueue, entry: Input) => object, members: readonly string[]): Action =>
    ({ input }) => {
      honour(input, ["QueueUrl", "Entries"]);
      const queue = queueOf(queues, input);
      const entries = readEntries(input);
      for (const entry of entries) honour(entry, ["Id", ...members]);
      return queues.transaction(() => eachEntry(entries, (entry) => run(queue, entry)));
    };
  const single =
    (run: (queue: OpenQueue, input: Input) => object, members: readonly string[]): Action =>
    ({ input }) => {
      honour(input, ["QueueUrl", ...members]);
      return run(queueOf(queues, input), input);
    };

  return {
    DeleteMessage: single(remove, ["ReceiptHandle"]),
    DeleteMessageBatch: batch(remove, ["ReceiptHandle"]),
    ChangeMessageVisibility: single(changeVisibility, ["ReceiptHandle", "VisibilityTimeout"]),
    ChangeMessageVisibilityBatch: batch(changeVisibility, ["ReceiptHandle", "VisibilityTimeout"]),
    PurgeQueue: ({ input }) => {
      honour(input, ["QueueUrl"]);
      purge(queueOf(queues, input));
    },
  };
};
