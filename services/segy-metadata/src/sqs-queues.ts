// The two queues: chunks to scan, and files of which a version is to be looked at once more.
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { correlationAttributes, type Call } from "@warmstart/middleware";
import type { Chunk } from "./chunks.ts";
import type { ObjectVersion } from "./files.ts";

/** SQS's limit. */
const BATCH = 10;

export const sqsChunks =
  (sqs: SQSClient, QueueUrl: string, call: Call) =>
  async (chunks: readonly Chunk[]): Promise<void> => {
    const MessageAttributes = correlationAttributes(call);
    for (let from = 0; from < chunks.length; from += BATCH) {
      const batch = chunks.slice(from, from + BATCH);
      const Entries = batch.map((chunk) => ({
        Id: `${chunk.n}`,
        MessageBody: JSON.stringify(chunk),
        MessageAttributes,
      }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length) throw new Error(`SQS did not take chunk ${Failed.map(({ Id }) => Id).join(", ")}`);
    }
  };

/** Sends S3's event of a version again, so that `extract` knows one kind of message. */
export const sqsFiles =
  (sqs: SQSClient, QueueUrl: string) =>
  async ({ bucket, key, sizeBytes, etag, versionId, sequencer }: ObjectVersion, call: Call): Promise<void> => {
    const object = { key: encodeURIComponent(key), size: sizeBytes, eTag: etag, versionId, sequencer };
    const Records = [
      { eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object } },
    ];
    const MessageAttributes = correlationAttributes(call);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ Records }), MessageAttributes }));
  };
