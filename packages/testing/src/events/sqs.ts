import { createHash } from "node:crypto";
import type { SNSEvent, SQSEvent } from "aws-lambda";
import { ACCOUNT, digest, EVENT_TIME, md5, REGION, uuid } from "./deterministic.ts";
import { md5OfAttributes, sqsAttributes, type TextAttributes } from "./message-attributes.ts";
import { snsEnvelope } from "./sns.ts";

export interface SqsEventOptions {
  /** A name that ends in `.fifo` makes messages of a FIFO queue. */
  readonly queue?: string;
  readonly receiveCount?: number;
  /** Of FIFO messages; default "group". */
  readonly groupId?: string;
  /** Of every message. */
  readonly attributes?: TextAttributes;
  readonly time?: number;
}

const isSnsEvent = (content: unknown): content is SNSEvent => {
  const { Records } = (content ?? {}) as Partial<SNSEvent>; // any value may be asked for a member
  return Array.isArray(Records) && Records[0]?.EventSource === "aws:sns";
};

const bodyOf = (content: unknown): string => {
  if (isSnsEvent(content)) return JSON.stringify(content.Records.map(({ Sns }) => snsEnvelope(Sns))[0]);
  return typeof content === "string" ? content : JSON.stringify(content);
};

const fifoAttributes = (groupId: string, body: string, index: number): object => ({
  MessageGroupId: groupId,
  MessageDeduplicationId: createHash("sha256").update(body).digest("hex"),
  SequenceNumber: String(18_850_000_000_000_000_000n + BigInt(index)),
});

/**
 * An SQS event with one message per content: a text, an event of a topic (as SNS puts it into a queue), or an object (an
 * S3 event, say) as JSON. Ids and MD5s follow from the bodies.
 */
export const sqsEvent = (contents: readonly unknown[], options: SqsEventOptions = {}): SQSEvent => {
  const { queue = "queue", receiveCount = 1, groupId = "group", attributes = {}, time = EVENT_TIME } = options;
  return {
    Records: contents.map((content, index) => {
      const body = bodyOf(content);
      return {
        messageId: uuid([queue, index, body]),
        receiptHandle: Buffer.from(digest([queue, index, body, receiveCount], 128), "hex").toString("base64"),
        body,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: String(time),
          SenderId: "AIDATEST",
          ApproximateFirstReceiveTimestamp: String(time),
          ...(queue.endsWith(".fifo") && fifoAttributes(groupId, body, index)),
        },
        messageAttributes: sqsAttributes(attributes),
        md5OfBody: md5(body),
        ...(Object.keys(attributes).length > 0 && { md5OfMessageAttributes: md5OfAttributes(attributes) }),
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`,
        awsRegion: REGION,
      };
    }),
  };
};
