// Queue attributes: which there are, their ranges, and what a new queue has.
import type { PolicyDocument } from "../iam/policy.ts";
import { sqsError } from "./errors.ts";
import {
  MAX_DELAY_SECONDS,
  MAX_MESSAGE_BYTES,
  MAX_RECEIVE_COUNT,
  MAX_REDRIVE_SOURCES,
  MAX_VISIBILITY_SECONDS,
  MAX_WAIT_SECONDS,
} from "./limits.ts";

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

/** Of FIFO queues alone; the first value is the default. */
const FIFO: Readonly<Record<string, readonly [string, string]>> = {
  ContentBasedDeduplication: ["false", "true"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};

const DEFAULTS: QueueAttributes = {
  DelaySeconds: "0",
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
  SqsManagedSseEnabled: "true",
};

export const isFifo = (name: string): boolean => name.endsWith(".fifo");

/** What a new queue of this name has. */
export const defaultsOf = (name: string): QueueAttributes => ({
  ...DEFAULTS,
  ...(isFifo(name) && {
    FifoQueue: "true",
    ...Object.fromEntries(Object.entries(FIFO).map(([attribute, [standard]]) => [attribute, standard])),
  }),
});

const invalidAttribute = (name: string, reason = ""): Error =>
  sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`);

const unknownAttribute = (name: string): Error => sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);

/** The JSON object of an attribute; undefined when it is not set. */
const parseJson = (attributes: QueueAttributes, name: string): Readonly<Record<string, unknown>> | undefined => {
  const text = attributes[name];
  if (text === undefined || text === "") return undefined;
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
  const document = parseJson(attributes, "Policy");
  if (document === undefined) return undefined;
  if (!("Statement" in document)) throw invalidAttribute("Policy");
  return document as unknown as PolicyDocument; // IAM reads it defensively; it was JSON from the caller
};

export const parseRedrive = (attributes: QueueAttributes): RedrivePolicy | undefined => {
  const policy = parseJson(attributes, "RedrivePolicy");
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== "string")
    throw invalidAttribute("RedrivePolicy", "deadLetterTargetArn is missing.");
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    throw invalidAttribute("RedrivePolicy", `maxReceiveCount must be an integer from 1 to ${MAX_RECEIVE_COUNT}.`);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
};

/** Which queues may name this one as their dead-letter queue. */
export const parseRedriveAllow = (attributes: QueueAttributes): ((sourceArn: string) => boolean) => {
  const policy = parseJson(attributes, "RedriveAllowPolicy");
  if (policy === undefined) return () => true;
  const { redrivePermission, sourceQueueArns } = policy;
  const name = "RedriveAllowPolicy";
  if (redrivePermission === "byQueue") {
    if (!Array.isArray(sourceQueueArns) || sourceQueueArns.length === 0 || sourceQueueArns.length > MAX_REDRIVE_SOURCES)
      throw invalidAttribute(name, `sourceQueueArns must name 1 to ${MAX_REDRIVE_SOURCES} queues.`);
    return (sourceArn) => sourceQueueArns.includes(sourceArn);
  }
  if (redrivePermission !== "allowAll" && redrivePermission !== "denyAll")
    throw invalidAttribute(name, "redrivePermission must be allowAll, denyAll or byQueue.");
  if (sourceQueueArns !== undefined) throw invalidAttribute(name, "sourceQueueArns goes with byQueue alone.");
  return () => redrivePermission === "allowAll";
};

const checkOne = (name: string, value: string, fifo: boolean): void => {
  const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (range !== undefined) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) throw invalidAttribute(name);
    return;
  }
  if (name === "Policy") parsePolicy({ Policy: value });
  else if (name === "RedrivePolicy") parseRedrive({ RedrivePolicy: value });
  else if (name === "RedriveAllowPolicy") parseRedriveAllow({ RedriveAllowPolicy: value });
  else if (fifo && Object.hasOwn(FIFO, name)) {
    if (!FIFO[name]?.includes(value)) throw invalidAttribute(name);
  } else if (!STORED.includes(name)) throw unknownAttribute(name);
};

/** Checks attributes that may be set on a queue of this name; throws InvalidAttributeName or InvalidAttributeValue. */
export const checkAttributes = (queueName: string, given: unknown): QueueAttributes => {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries((given ?? {}) as Readonly<Record<string, unknown>>)) {
    if (typeof value !== "string") throw invalidAttribute(name);
    checkOne(name, value, isFifo(queueName));
    attributes[name] = value;
  }
  return attributes;
};

/** Rules between attributes of one queue. */
export const checkTogether = ({ DeduplicationScope, FifoThroughputLimit }: QueueAttributes): void => {
  if (FifoThroughputLimit !== "perMessageGroupId" || DeduplicationScope === "messageGroup") return;
  throw invalidAttribute("FifoThroughputLimit", "perMessageGroupId needs the DeduplicationScope messageGroup.");
};

/** Names that GetQueueAttributes knows. */
export const READABLE = new Set([
  ...Object.keys(NUMBERS),
  ...STORED,
  ...Object.keys(FIFO),
  "FifoQueue",
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
]);
