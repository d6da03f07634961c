// A notification as each kind of subscriber gets it.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
import { createHash } from "node:crypto";
import type { Attributes } from "./message.ts";

/** What goes to one subscription: a message, or the request to confirm. */
export interface Notification {
  readonly kind: "Notification" | "SubscriptionConfirmation";
  readonly subscriptionArn: string;
  readonly topicArn: string;
  readonly messageId: string;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attributes: Attributes;
  readonly time: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  readonly token?: string;
  readonly traceId?: string | undefined;
}

/** Where the links in a notification lead. */
export interface Links {
  readonly endpoint: string;
  readonly signatureVersion: string;
}

/** 256 bytes as an RSA signature has, made from the message: nobody holds SNS's key here. */
const signatureOf = (messageId: string): string =>
  Buffer.concat([0, 1, 2, 3].map((part) => createHash("sha512").update(`${part}${messageId}`).digest())).toString(
    "base64",
  );

const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

const certificateUrl = ({ topicArn }: Notification): string =>
  `https://sns.${regionOf(topicArn)}.amazonaws.com/SimpleNotificationService-${createHash("md5").update("warmstart").digest("hex")}.pem`;

export const unsubscribeUrl = (endpoint: string, subscriptionArn: string): string =>
  `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;

export const subscribeUrl = (endpoint: string, topicArn: string, token: string): string =>
  `${endpoint}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;

type Shown = Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;

const shownAttributes = (attributes: Attributes): Shown =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );

const timestamp = ({ time }: Notification): string => new Date(time).toISOString();

/** The JSON text for queues and HTTP endpoints, with the spacing of SNS. */
export const envelopeOf = (notification: Notification, { endpoint, signatureVersion }: Links): string => {
  const { kind, messageId, sequenceNumber, topicArn, subject, text, attributes, subscriptionArn, token } = notification;
  const confirmation = kind === "SubscriptionConfirmation";
  const members: readonly (readonly [string, string | undefined])[] = [
    ["Type", kind],
    ["MessageId", messageId],
    ["SequenceNumber", sequenceNumber],
    ["Token", token],
    ["TopicArn", topicArn],
    ["Subject", subject],
    ["Message", text],
    ["SubscribeURL", confirmation ? subscribeUrl(endpoint, topicArn, token ?? "") : undefined],
    ["Timestamp", timestamp(notification)],
    ["SignatureVersion", signatureVersion],
    ["Signature", signatureOf(messageId)],
    ["SigningCertURL", certificateUrl(notification)],
    ["UnsubscribeURL", confirmation ? undefined : unsubscribeUrl(endpoint, subscriptionArn)],
  ];
  const lines = members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  "${name}" : ${JSON.stringify(value)}`);
  const shown = Object.entries(shownAttributes(attributes)).map(
    ([name, each]) => `    ${JSON.stringify(name)} : ${JSON.stringify(each)}`,
  );
  if (shown.length > 0) lines.push(`  "MessageAttributes" : {\n${shown.join(",\n")}\n  }`);
  return `{\n${lines.join(",\n")}\n}`;
};

/** The event for functions. */
export const lambdaEventOf = (notification: Notification, { endpoint, signatureVersion }: Links): string => {
  const { messageId, topicArn, subject, text, attributes, subscriptionArn } = notification;
  const Sns = {
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: text,
    Timestamp: timestamp(notification),
    SignatureVersion: signatureVersion,
    Signature: signatureOf(messageId),
    SigningCertUrl: certificateUrl(notification),
    UnsubscribeUrl: unsubscribeUrl(endpoint, subscriptionArn),
    MessageAttributes: shownAttributes(attributes),
  };
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscriptionArn, Sns };
  return JSON.stringify({ Records: [record] });
};
