// Attributes of messages, all of type String, as queues and topics show them.
import { createHash } from "node:crypto";
import type { SNSMessageAttributes, SQSMessageAttributes } from "aws-lambda";

export type TextAttributes = Readonly<Record<string, string>>;

export const sqsAttributes = (attributes: TextAttributes): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [
      name,
      { stringValue, stringListValues: [], binaryListValues: [], dataType: "String" },
    ]),
  );

export const snsAttributes = (attributes: TextAttributes): SNSMessageAttributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]));

const STRING_VALUE = Buffer.from([1]);

const withLength = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** SQS's digest of attributes: by name, each with its type and value, lengths before texts. */
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
export const md5OfAttributes = (attributes: TextAttributes): string => {
  const hash = createHash("md5");
  for (const name of Object.keys(attributes).toSorted()) {
    hash.update(withLength(name)).update(withLength("String")).update(STRING_VALUE);
    hash.update(withLength(attributes[name] ?? ""));
  }
  return hash.digest("hex");
};
