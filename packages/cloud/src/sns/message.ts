// A message to publish: its parts, their checks, and its attributes.
import * as v from "valibot";
import type { TypedAttributes } from "../ports.ts";
import { invalid } from "./errors.ts";
import { mapOf } from "./parameters.ts";
import { MAX_MESSAGE_BYTES, MAX_SUBJECT } from "./limits.ts";

type Attribute = TypedAttributes[string];

/** Parameters of a message, in Publish and in each entry of PublishBatch. */
export const messageEntries = {
  Message: v.string(),
  Subject: v.optional(v.string()),
  MessageStructure: v.optional(v.literal("json", "must be json")),
  MessageAttributes: v.optional(
    mapOf(
      v.strictObject({
        DataType: v.string(),
        StringValue: v.optional(v.string()),
        BinaryValue: v.optional(v.string()),
      }),
    ),
  ),
  MessageGroupId: v.optional(v.string()),
  MessageDeduplicationId: v.optional(v.string()),
};

const messageSchema = v.object(messageEntries);

export type Message = v.InferOutput<typeof messageSchema>;

export const messageBytes = ({ Message, MessageAttributes = {} }: Message): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType, StringValue = "", BinaryValue = "" }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, "base64").length,
    Buffer.byteLength(Message),
  );

const checkAttribute = (name: string, { DataType, StringValue, BinaryValue }: Attribute): void => {
  if (!/^(?!\.|.*\.\.|.*\.$|aws\.|amazon\.)[A-Za-z0-9_.-]{1,256}$/i.test(name)) {
    throw invalid(`MessageAttributes Reason: the name '${name}' is invalid`);
  }
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
  if (kind === undefined) throw invalid(`MessageAttributes Reason: the type '${DataType}' of '${name}' is invalid`);
  const value = kind === "Binary" ? BinaryValue : StringValue;
  if (value === undefined || value === "") {
    throw invalid(`MessageAttributes Reason: '${name}' must contain a non-empty value of type '${kind}'`);
  }
  if (kind === "Number" && !Number.isFinite(Number(value))) {
    throw invalid(`MessageAttributes Reason: '${name}' is not a number`);
  }
};

const jsonTexts = v.pipe(
  v.string(),
  v.parseJson(undefined, "JSON message body failed to parse"),
  v.record(v.string(), v.string(), "every entry of the JSON message body must be a string"),
  v.check((texts) => Object.hasOwn(texts, "default"), "No default entry in JSON message body"),
);

/** The texts of a message of structure json, by protocol. */
export const textsOf = ({ Message, MessageStructure }: Message): Readonly<Record<string, string>> => {
  if (MessageStructure === undefined) return { default: Message };
  const parsed = v.safeParse(jsonTexts, Message);
  if (parsed.success) return parsed.output;
  throw invalid(`Message Structure - ${parsed.issues[0].message}`);
};

/** Throws InvalidParameter for what SNS does not take, whichever the topic. */
export const checkMessage = (message: Message): void => {
  const { Message: text, Subject, MessageAttributes = {} } = message;
  if (text === "") throw invalid("Empty message");
  if (messageBytes(message) > MAX_MESSAGE_BYTES) throw invalid("Message too long");
  if (Subject !== undefined && (Subject === "" || Subject.length > MAX_SUBJECT || /[\r\n]/.test(Subject))) {
    throw invalid("Subject");
  }
  for (const [name, attribute] of Object.entries(MessageAttributes)) checkAttribute(name, attribute);
  textsOf(message);
};
