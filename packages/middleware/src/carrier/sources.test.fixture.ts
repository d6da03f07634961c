// Events of queues, topics, buses and streams for the tests of this package, frozen: no wrapper may change them.
const frozen = <T>(value: T): T => {
  if (typeof value === "object" && value !== null)
    for (const inner of Object.values(Object.freeze(value))) frozen(inner);
  return value;
};

const textOf = (content: unknown): string => (typeof content === "string" ? content : JSON.stringify(content));

export interface MessageParts {
  readonly id: string;
  readonly body: unknown;
  readonly group?: string;
  readonly receiveCount?: number;
  readonly correlationId?: string;
}

const sqsMessage = ({ id, body, group, receiveCount = 1, correlationId }: MessageParts): object => ({
  messageId: id,
  receiptHandle: `${id} is received`,
  eventSource: "aws:sqs",
  body: textOf(body),
  attributes: { ApproximateReceiveCount: String(receiveCount), ...(group && { MessageGroupId: group }) },
  messageAttributes: correlationId ? { correlationId: { stringValue: correlationId, dataType: "String" } } : {},
});
export const sqs = (...messages: MessageParts[]): object => frozen({ Records: messages.map(sqsMessage) });

const snsAttributes = (correlationId: string | undefined): object =>
  correlationId ? { correlationId: { Type: "String", Value: correlationId } } : {};

/** What SNS puts into a queue. */
export const envelope = (message: unknown, correlationId?: string): object => ({
  Type: "Notification",
  MessageId: "n-1",
  TopicArn: "arn:aws:sns:us-east-1:000000000000:t",
  Message: textOf(message),
  MessageAttributes: snsAttributes(correlationId),
});
export const sns = (message: unknown, correlationId?: string, Subject: string | null = null): object =>
  frozen({
    Records: [{ EventSource: "aws:sns", Sns: { ...envelope(message, correlationId), Subject } }],
  });

export const busEvent = (detail: unknown, more: object = {}): Readonly<Record<string, unknown>> =>
  frozen({
    version: "0",
    id: "e-1",
    "detail-type": "Order placed",
    source: "shop",
    account: "000000000000",
    time: "2026-11-21T05:00:00Z",
    region: "us-east-1",
    resources: [],
    detail,
    ...more,
  });

export const streamRecord = (sequence: number, images: object, eventName = "MODIFY"): object => ({
  eventID: `r-${sequence}`,
  eventName,
  eventSource: "aws:dynamodb",
  dynamodb: {
    Keys: { pk: { S: "a" } },
    SequenceNumber: String(sequence),
    StreamViewType: "NEW_AND_OLD_IMAGES",
    ...images,
  },
});
export const dynamo = (...records: object[]): object => frozen({ Records: records });
