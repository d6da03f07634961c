// DeleteMessage, ChangeMessageVisibility, their batches, and PurgeQueue.
import type { Action, Input } from "../gateway/service.ts";
import { eachEntry, readEntries } from "./batches.ts";
import { invalidParameter, invalidValue, sqsError } from "./errors.ts";
import { MAX_VISIBILITY_SECONDS } from "./limits.ts";
import { honour, honours, queueOf, required } from "./parameters.ts";
import type { SqsParts } from "./parts.ts";
import type { OpenQueue } from "./queues.ts";
import { readHandle } from "./receipt.ts";

/** Deletes by handle. One of an earlier receive succeeds and deletes nothing, as on AWS. */
export const removeByHandle = ({ queues, metric }: SqsParts, queue: OpenQueue, handle: string): void => {
  const { key, receipt } = readHandle(queue, handle);
  if (queue.messages.find(key)?.receipt !== receipt) return;
  queues.removeMessages(queue, [key]);
  metric(queue, "NumberOfMessagesDeleted", 1);
};

export const deleteActions = (parts: SqsParts): Readonly<Record<string, Action>> => {
  const { queues } = parts;
  const { clock } = parts.ground;

  const remove = (queue: OpenQueue, input: Input): object => {
    removeByHandle(parts, queue, required(input, "ReceiptHandle"));
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
    const keys = queue.messages.list().map(({ key }) => key);
    queues.removeMessages(queue, keys);
  };

  type Run = (queue: OpenQueue, input: Input) => object;
  const batch = (run: Run, members: readonly string[]): Action =>
    honours(["QueueUrl", "Entries"], ({ input }) => {
      const queue = queueOf(queues, input);
      const entries = readEntries(input);
      for (const entry of entries) honour(entry, ["Id", ...members]);
      return queues.transaction(() => eachEntry(entries, (entry) => run(queue, entry)));
    });
  const single = (run: Run, members: readonly string[]): Action =>
    honours(["QueueUrl", ...members], ({ input }) => run(queueOf(queues, input), input));

  return {
    DeleteMessage: single(remove, ["ReceiptHandle"]),
    DeleteMessageBatch: batch(remove, ["ReceiptHandle"]),
    ChangeMessageVisibility: single(changeVisibility, ["ReceiptHandle", "VisibilityTimeout"]),
    ChangeMessageVisibilityBatch: batch(changeVisibility, ["ReceiptHandle", "VisibilityTimeout"]),
    PurgeQueue: honours(["QueueUrl"], ({ input }) => purge(queueOf(queues, input))),
  };
};
