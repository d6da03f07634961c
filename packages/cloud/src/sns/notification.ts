// A notification as each kind of subscriber gets it.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
import { createHash } from "node:crypto";
import type { TypedAttributes } from "../ports.ts";

/** What goes to one subscription: a message, or the request to confirm. */
export interface Notification {
  readonly subscriptionArn: string;
  readonly topicArn: string;
  readonly messageId: string;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attributes: TypedAttributes;
  readonly time: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  /** Asks for the confirmation that needs it. */
  readonly token?: string | undefined;
  readonly traceId?: string | undefined;
}

export const kindOf = ({ token }: Notification): "Notification" | "SubscriptionConfirmation" =>
  token === undefined ? "Notification" : "SubscriptionConfirmation";

/** As long as an RSA signature, made from the message: nobody holds SNS's key here. */
const signatureOf = ({ messageId }: Notification): string =>
  createHash("shake256", { outputLength: 256 }).update(messageId).digest("base64");

const certificateUrl = ({ topicArn }: Notification): string =>
  `https://sns.${topicArn.split(":")[3] ?? ""}.amazonaws.com/SimpleNotificationService-${"0".repeat(32)}.pem`;

export const unsubscribeUrl = (endpoint: string, subscriptionArn: string): string =>
  `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;

export const subscribeUrl = (endpoint: string, topicArn: string, token: string): string =>
  `${endpoint}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;

const shownAttributes = (attributes: TypedAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );

const timestamp = ({ time }: Notification): string => new Date(time).toISOString();

/** The JSON text for queues and HTTP endpoints, with the spacing of SNS. `endpoint` is where its links lead. */
export const envelopeOf = (notification: Notification, endpoint: string): string => {
  const { messageId, sequenceNumber, topicArn, subject, text, attributes, subscriptionArn, token } = notification;
  const members: Readonly<Record<string, string | undefined>> = {
    Type: kindOf(notification),
    MessageId: messageId,
    SequenceNumber: sequenceNumber,
    Token: token,
    TopicArn: topicArn,
    Subject: subject,
    Message: text,
    SubscribeURL: token && subscribeUrl(endpoint, topicArn, token),
    Timestamp: timestamp(notification),
    SignatureVersion: "1",
    Signature: signatureOf(notification),
    SigningCertURL: certificateUrl(notification),
    UnsubscribeURL: token === undefined ? unsubscribeUrl(endpoint, subscriptionArn) : undefined,
  };
  const lines = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [`  "${name}" : ${JSON.stringify(value)}`],
  );
  const shown = Object.entries(shownAttributes(attributes)).map(
    ([name, each]) => `    ${JSON.stringify(name)} : ${JSON.stringify(each)}`,
  );
  if (shown.length > 0) lines.push(`  "MessageAttributes" : {\n${shown.join(",\n")}\n  }`);
  return `{\n${lines.join(",\n")}\n}`;
};

/** The event for functions. */
export const lambdaEventOf = (notification: Notification, endpoint: string): string => {
  const { messageId, topicArn, subject, text, attributes, subscriptionArn } = notification;
  const Sns = {
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: text,
    Timestamp: timestamp(notification),
    SignatureVersion: "1",
    Signature: signatureOf(notification),
    SigningCertUrl: certificateUrl(notification),
    UnsubscribeUrl: unsubscribeUrl(endpoint, subscriptionArn),
    MessageAttributes: shownAttributes(attributes),
  };
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscriptionArn, Sns };
  return JSON.stringify({ Records: [record] });
};
