import type { SNSEvent, SNSMessage } from "aws-lambda";
import { ACCOUNT, digest, EVENT_TIME, REGION, uuid } from "./deterministic.ts";
import { snsAttributes, type TextAttributes } from "./message-attributes.ts";

export interface SnsEventOptions {
  readonly topic?: string;
  readonly subject?: string;
  readonly attributes?: TextAttributes;
  readonly time?: number;
}

/** What SNS hands to a function: one message; an object (an S3 event, say) becomes JSON. */
export const snsEvent = (message: unknown, options: SnsEventOptions = {}): SNSEvent => {
  const { topic = "topic", subject, attributes = {}, time = EVENT_TIME } = options;
  const Message = typeof message === "string" ? message : JSON.stringify(message);
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`;
  const EventSubscriptionArn = `${TopicArn}:${uuid(topic)}`;
  const host = `https://sns.${REGION}.amazonaws.com`;
  const sns: SNSMessage = {
    Type: "Notification",
    MessageId: uuid([topic, Message]),
    TopicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message,
    Timestamp: new Date(time).toISOString(),
    SignatureVersion: "1",
    Signature: Buffer.from(digest([topic, Message], 128), "hex").toString("base64"),
    SigningCertUrl: `${host}/SimpleNotificationService-${digest("certificate")}.pem`,
    UnsubscribeUrl: `${host}/?Action=Unsubscribe&SubscriptionArn=${EventSubscriptionArn}`,
    MessageAttributes: snsAttributes(attributes),
  };
  return { Records: [{ EventVersion: "1.0", EventSubscriptionArn, EventSource: "aws:sns", Sns: sns }] };
};

/** The envelope that SNS puts into a queue: the same message, its URLs spelled otherwise, no empty attributes. */
export const snsEnvelope = ({ SigningCertUrl, UnsubscribeUrl, MessageAttributes, ...message }: SNSMessage): object => ({
  ...message,
  SigningCertURL: SigningCertUrl,
  UnsubscribeURL: UnsubscribeUrl,
  ...(Object.keys(MessageAttributes).length > 0 && { MessageAttributes }),
});
