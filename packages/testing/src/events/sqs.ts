import type { SQSEvent } from "aws-lambda";
import { ACCOUNT, EVENT_TIME, md5, REGION, uuid } from "./deterministic.ts";

export interface SqsEventOptions {
  readonly queue?: string;
  readonly receiveCount?: number;
  readonly time?: number;
}

/** An SQS event with one message per body; objects (an S3 event, say) become JSON. Ids and MD5s follow from the bodies. */
export const sqsEvent = (bodies: readonly unknown[], options: SqsEventOptions = {}): SQSEvent => {
  const { queue = "queue", receiveCount = 1, time = EVENT_TIME } = options;
  return {
    Records: bodies.map((content, index) => {
      const body = typeof content === "string" ? content : JSON.stringify(content);
      return {
        messageId: uuid([queue, index, body]),
        receiptHandle: Buffer.from(uuid([queue, index, body, receiveCount])).toString("base64"),
        body,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          SentTimestamp: String(time),
          SenderId: "AIDATEST",
          ApproximateFirstReceiveTimestamp: String(time),
        },
        messageAttributes: {},
        md5OfBody: md5(body),
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`,
        awsRegion: REGION,
      };
    }),
  };
};
