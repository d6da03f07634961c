// Queue attributes: which there are, their ranges, and what a new queue has.
import { unsupported } from "../gateway/aws-error.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import { sqsError } from "./errors.ts";
import { MAX_DELAY_SECONDS, MAX_MESSAGE_BYTES, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";

export type QueueAttributes = Readonly<Record<string, string>>;

/** `deadLetterTargetArn` and how often a message may be received before it goes there. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const NUMBERS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  DelaySeconds: [0, MAX_DELAY_SECONDS],
  MaximumMessageSize: [1024, MAX_MESSAGE_BYTES],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, MAX_WAIT_SECONDS],
  VisibilityTimeout: [0, MAX_VISIBILITY_SECONDS],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

/** Stored and shown; messages are not encrypted here. */
const STORED = ["KmsMasterKeyId", "SqsManagedSseEnabled"];

export const DEFAULTS: QueueAttributes = {
  DelaySeconds: "0",
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
  SqsManagedSseEnabled: "true",
};

const LATER = new Set([
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "RedriveAllowPolicy",
]);

const invalidAttribute = (name: string, reason = ""): Error =>
  sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`);

const parseJson = (name: string, text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: a broken document is an invalid value, whatever the parser says.
  }
  throw invalidAttribute(name);
};

/** The policy document of a queue; undefined when it has none. */
export const parsePolicy = (attributes: QueueAttributes): PolicyDocument | undefined => {
  const text = attributes["Policy"];
  if (text === undefined || text === "") return undefined;
  const document = parseJson("Policy", text);
  if (!("Statement" in document)) throw invalidAttribute("Policy");
  return document as unknown as PolicyDocument; // IAM reads it defensively; it was JSON from the caller
};

export const parseRedrive = (attributes: QueueAttributes): RedrivePolicy | undefined => {
  const text = attributes["RedrivePolicy"];
  if (text === undefined || text === "") return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parseJson("RedrivePolicy", text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== "string")
    throw invalidAttribute("RedrivePolicy", "deadLetterTargetArn is missing.");
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidAttribute("RedrivePolicy", "maxReceiveCount must be an integer from 1 to 1000.");
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
};

const checkOne = (name: string, value: string): void => {
  const range = NUMBERS[name];
  if (range !== undefined) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) throw invalidAttribute(name);
    return;
  }
  if (name === "Policy") parsePolicy({ Policy: value });
  else if (name === "RedrivePolicy") parseRedrive({ RedrivePolicy: value });
  else if (LATER.has(name)) throw unsupported(`The queue attribute ${name}`);
  else if (!STORED.includes(name)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
};

/** Checks attributes that may be set; throws InvalidAttributeName or InvalidAttributeValue. */
export const checkAttributes = (given: unknown): QueueAttributes => {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries((given ?? {}) as Readonly<Record<string, unknown>>)) {
    if (typeof value !== "string") throw sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
    checkOne(name, value);
    attributes[name] = value;
  }
  return attributes;
};

/** Names that GetQueueAttributes knows. */
export const READABLE = new Set([
  ...Object.keys(NUMBERS),
  ...STORED,
  "Policy",
  "RedrivePolicy",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
]);
