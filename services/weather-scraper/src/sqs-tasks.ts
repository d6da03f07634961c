// The queue between plan and fetch.
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { correlationAttributes, type Call } from "@warmstart/middleware";
import type { Delayed } from "./plan-run.ts";

/** SQS's limit. */
const BATCH = 10;
/** SQS hides a message for 12 hours in all, counted from when it was received. */
const LONGEST_SECONDS = 12 * 3600 - 300;

export const sqsSend =
  (sqs: SQSClient, QueueUrl: string, call: Pick<Call, "correlationId">) =>
  async (tasks: readonly Delayed[]): Promise<void> => {
    const MessageAttributes = correlationAttributes(call);
    const entries = tasks.map(({ task, delaySeconds }, at) => ({
      Id: String(at),
      MessageBody: JSON.stringify(task),
      DelaySeconds: delaySeconds,
      MessageAttributes,
    }));
    /** Those that SQS did not take. */
    const send = async (batch: typeof entries): Promise<typeof entries> => {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: batch }));
      return batch.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
    };
    for (let from = 0; from < entries.length; from += BATCH) {
      const failed = await send(entries.slice(from, from + BATCH));
      const lost = failed.length > 0 ? await send(failed) : [];
      if (lost.length > 0) throw new Error(`SQS did not take ${lost.map(({ MessageBody }) => MessageBody).join(", ")}`);
    }
  };

/** Gives a message back at the instant `at`, ms since 1970. */
export const sqsRetryAt =
  (sqs: SQSClient, QueueUrl: string) =>
  async (ReceiptHandle: string, at: number): Promise<void> => {
    // One more: who comes too early for the provider's clock has lost one of three tries.
    const seconds = Math.ceil((at - Date.now()) / 1000) + 1;
    const VisibilityTimeout = Math.min(LONGEST_SECONDS, Math.max(0, seconds));
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  };
