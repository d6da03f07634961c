// Queue attributes: which there are, their ranges, and what a new queue has.
import * as v from "valibot";
import { readPolicy } from "../iam/policy.ts";
import { sqsError } from "./errors.ts";
import {
  MAX_DELAY_SECONDS,
  MAX_MESSAGE_BYTES,
  MAX_RECEIVE_COUNT,
  MAX_VISIBILITY_SECONDS,
  MAX_WAIT_SECONDS,
} from "./limits.ts";

export type QueueAttributes = Readonly<Record<string, string>>;

const invalidAttribute = (name: string, reason = ""): Error =>
  sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`);

const COUNT = `maxReceiveCount must be an integer from 1 to ${MAX_RECEIVE_COUNT}.`;
const redrivePolicy = v.pipe(
  v.string(),
  v.parseJson(undefined, "It is not JSON."),
  v.object({
    deadLetterTargetArn: v.string("deadLetterTargetArn is missing."),
    maxReceiveCount: v.pipe(
      v.unknown(),
      v.transform(Number),
      v.integer(COUNT),
      v.minValue(1, COUNT),
      v.maxValue(MAX_RECEIVE_COUNT, COUNT),
    ),
  }),
);
/** `deadLetterTargetArn` and how often a message may be received before it goes there. */
export type RedrivePolicy = v.InferOutput<typeof redrivePolicy>;

export const parseRedrive = ({ RedrivePolicy: text = "" }: QueueAttributes): RedrivePolicy | undefined => {
  if (text === "") return undefined;
  const parsed = v.safeParse(redrivePolicy, text);
  if (parsed.success) return parsed.output;
  throw invalidAttribute("RedrivePolicy", parsed.issues[0].message);
};

const from = (least: number, most: number) => (text: string) =>
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;

/** What may be set, and whether a value is right. */
const SETTABLE: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ["DelaySeconds", from(0, MAX_DELAY_SECONDS)],
  ["MaximumMessageSize", from(1024, MAX_MESSAGE_BYTES)],
  ["MessageRetentionPeriod", from(60, 1_209_600)],
  ["ReceiveMessageWaitTimeSeconds", from(0, MAX_WAIT_SECONDS)],
  ["VisibilityTimeout", from(0, MAX_VISIBILITY_SECONDS)],
  ["ContentBasedDeduplication", (text) => text === "true" || text === "false"],
  ["Policy", (text) => text === "" || readPolicy(text) !== undefined],
  ["RedrivePolicy", (text) => text === "" || parseRedrive({ RedrivePolicy: text }) !== undefined],
]);

const DEFAULTS: QueueAttributes = {
  DelaySeconds: "0",
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
};

export const isFifo = (name: string): boolean => name.endsWith(".fifo");

/** What a new queue of this name has. */
export const defaultsOf = (name: string): QueueAttributes => ({
  ...DEFAULTS,
  ...(isFifo(name) && { FifoQueue: "true", ContentBasedDeduplication: "false" }),
});

export const SETTABLE_NAMES: readonly string[] = [...SETTABLE.keys()];

/** Checks attributes that may be set on a queue of this name; throws InvalidAttributeName or InvalidAttributeValue. */
export const checkAttributes = (queueName: string, given: unknown): QueueAttributes => {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const check = name === "ContentBasedDeduplication" && !isFifo(queueName) ? undefined : SETTABLE.get(name);
    if (check === undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (typeof value !== "string" || !check(value)) throw invalidAttribute(name);
    attributes[name] = value;
  }
  return attributes;
};
