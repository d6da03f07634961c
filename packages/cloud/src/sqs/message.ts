// A message: what it holds, its checks, and the digests that clients verify.
import { textOf } from "./parameters.ts";
import { createHash, randomUUID } from "node:crypto";
import { unsupported } from "../gateway/aws-error.ts";
import type { Input } from "../gateway/service.ts";
import { invalidParameter, invalidValue, sqsError } from "./errors.ts";
import { MAX_MESSAGE_ATTRIBUTES } from "./limits.ts";

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What never changes about a message. */
export interface MessageContent {
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes: MessageAttributes;
  readonly attributesMd5?: string;
  readonly senderId: string;
  readonly sentAt: number;
  readonly traceHeader?: string;
  readonly groupId?: string;
  /** Of FIFO queues, as the sequence number: 20 digits, rising. */
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** Set on a message that was moved to a dead-letter queue. */
  readonly deadLetterSourceArn?: string;
}

const md5 = (data: string | Buffer): string => createHash("md5").update(data).digest("hex");

const withLength = (data: Buffer): readonly Buffer[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return [length, data];
};

const STRING = Buffer.from([1]);
const BINARY = Buffer.from([2]);

const valueOf = ({ StringValue = "", BinaryValue }: MessageAttribute): Buffer =>
  BinaryValue === undefined ? Buffer.from(StringValue, "utf8") : Buffer.from(BinaryValue, "base64");

/** MD5 of attributes as SQS documents it: sorted by name, each part with its length before it. */
export const attributesMd5 = (attributes: MessageAttributes): string | undefined => {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) return undefined;
  const parts = sorted.flatMap(([name, one]) => [
    ...withLength(Buffer.from(name, "utf8")),
    ...withLength(Buffer.from(one.DataType, "utf8")),
    one.BinaryValue === undefined ? STRING : BINARY,
    ...withLength(valueOf(one)),
  ]);
  return md5(Buffer.concat(parts));
};

const attributeBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, one]) => sum + Buffer.byteLength(name) + Buffer.byteLength(one.DataType) + valueOf(one).length,
    0,
  );

/** Bytes that count against a message's limit. */
export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Buffer.byteLength(body, "utf8") + attributeBytes(attributes);

const checkAttribute = (name: string, attribute: MessageAttribute): void => {
  if (!/^(?!\.|.*\.\.|.*\.$|aws\.|amazon\.)[A-Za-z0-9_.-]{1,256}$/i.test(name)) {
    throw invalidParameter(`The message attribute name '${name}' is invalid.`);
  }
  const { DataType, StringValue, BinaryValue } = attribute;
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(DataType ?? "")?.[1];
  if (kind === undefined) {
    const rule = "must be prefixed with a logical data type of Binary, Number or String";
    throw invalidParameter(`The type of message (user) attribute '${name}' is invalid. It ${rule}.`);
  }
  const value = kind === "Binary" ? BinaryValue : StringValue;
  const other = kind === "Binary" ? StringValue : BinaryValue;
  if (value === undefined || value === "" || other !== undefined) {
    throw invalidParameter(
      `The message (user) attribute '${name}' must contain a non-empty value of type '${kind}', and no other.`,
    );
  }
  if (kind === "Number" && !Number.isFinite(Number(value))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
};

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Message attributes of a request, without members that say nothing; throws when one is wrong. */
export const readAttributes = (given: unknown): MessageAttributes => {
  const attributes: Record<string, MessageAttribute> = {};
  for (const [name, raw] of Object.entries(objectOf(given))) {
    const { DataType, StringValue, BinaryValue, ...rest } = objectOf(raw);
    if (Object.values(rest).some((value) => Array.isArray(value) && value.length > 0)) {
      throw unsupported("Message attributes with lists of values (SQS has them reserved)");
    }
    attributes[name] = {
      DataType: textOf(DataType),
      ...(typeof StringValue === "string" && { StringValue }),
      ...(typeof BinaryValue === "string" && { BinaryValue }),
    };
    checkAttribute(name, attributes[name]);
  }
  if (Object.keys(attributes).length > MAX_MESSAGE_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [${MAX_MESSAGE_ATTRIBUTES}].`,
    );
  }
  return attributes;
};

// The characters of XML 1.0, which SQS allows: lone surrogates arrive as U+FFFD from UTF-8 already.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|\p{Surrogate}/u;

export const readBody = (given: unknown): string => {
  if (typeof given !== "string")
    throw sqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (given === "") throw invalidValue("MessageBody", "", "Message body cannot be empty.");
  if (FORBIDDEN.test(given)) {
    const message =
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
    throw sqsError("InvalidMessageContents", message);
  }
  return given;
};

/** The trace header: the only system attribute that a sender may set. */
export const readTraceHeader = (input: Input): string | undefined => {
  const given = objectOf(input["MessageSystemAttributes"]);
  const unknown = Object.keys(given).find((name) => name !== "AWSTraceHeader");
  if (unknown !== undefined) throw invalidParameter(`Message system attribute name '${unknown}' is invalid.`);
  const header = objectOf(given["AWSTraceHeader"])["StringValue"];
  return typeof header === "string" ? header : undefined;
};

/** Group or deduplication id: up to 128 letters, digits and punctuation. */
export const readToken = (input: Input, name: string): string | undefined => {
  const given = input[name];
  if (given === undefined || given === null) return undefined;
  if (typeof given === "string" && /^[!-~]{1,128}$/.test(given)) return given;
  throw invalidValue(
    name,
    given,
    `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
  );
};

/** SHA-256 of the body: the deduplication id of queues with ContentBasedDeduplication. */
export const contentId = (body: string): string => createHash("sha256").update(body).digest("hex");

type Facts = Omit<MessageContent, "id" | "body" | "bodyMd5" | "attributes" | "attributesMd5">;

export const makeContent = (body: string, attributes: MessageAttributes, facts: Facts): MessageContent => {
  const digest = attributesMd5(attributes);
  return {
    id: randomUUID(),
    body,
    bodyMd5: md5(body),
    attributes,
    ...(digest !== undefined && { attributesMd5: digest }),
    ...facts,
  };
};
