// The queue of posts to be spoken.
import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Has a message come again at the instant `at`, ms since 1970. */
export const sqsReturnAt =
  (sqs: SQSClient, QueueUrl: string) =>
  async (ReceiptHandle: string, at: number): Promise<void> => {
    const VisibilityTimeout = Math.max(0, Math.ceil((at - Date.now()) / 1000));
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  };
