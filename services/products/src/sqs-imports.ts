// The queue of imports: S3 says that a file came, and a run that had too little time says it again.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { correlationAttributes, type Call } from "@warmstart/middleware";
import type { ImportPorts } from "./import-products.ts";

/** Sends S3's event of a file again, so that there is one kind of message. */
export const sqsSendOn =
  (sqs: SQSClient, QueueUrl: string, call: Call): ImportPorts["sendOn"] =>
  async ({ bucket, key, versionId, etag, sizeBytes }) => {
    const object = { key: encodeURIComponent(key), size: sizeBytes, eTag: etag, versionId };
    const Records = [
      { eventSource: "aws:s3", eventName: "ObjectCreated:Post", s3: { bucket: { name: bucket }, object } },
    ];
    const MessageAttributes = correlationAttributes(call);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ Records }), MessageAttributes }));
  };
