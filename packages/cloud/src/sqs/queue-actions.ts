// CreateQueue, DeleteQueue, GetQueueUrl, ListQueues, queue attributes.
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import {
  checkAttributes,
  defaultsOf,
  isFifo,
  parseRedrive,
  type QueueAttributes,
  SETTABLE_NAMES,
} from "./attributes.ts";
import { invalidParameter, invalidValue, sqsError } from "./errors.ts";
import { MAX_LISTED_QUEUES } from "./limits.ts";
import { honours, numberIn, queueOf, required, textOf, textsOf } from "./parameters.ts";
import { type OpenQueue, queueArn, type Queues, type QueueState } from "./queues.ts";

const checkName = (name: string, attributes: QueueAttributes): void => {
  const fifo = attributes["FifoQueue"] === "true";
  if (fifo && !isFifo(name)) {
    const rule = "can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix";
    throw invalidParameter(`The name of a FIFO queue ${rule} and be 1 to 80 in length.`);
  }
  const plain = fifo ? name.slice(0, -".fifo".length) : name;
  if (name.length <= 80 && /^[A-Za-z0-9_-]+$/.test(plain)) return;
  throw invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
};

/** An empty value takes Policy and RedrivePolicy away. */
const merge = (old: QueueAttributes, given: QueueAttributes): QueueAttributes =>
  Object.fromEntries(Object.entries({ ...old, ...given }).filter(([, value]) => value !== ""));

/** A dead-letter queue exists and is another queue of the same kind. */
const checkTarget = (queues: Queues, { name, region, attributes }: QueueState): void => {
  const target = parseRedrive(attributes)?.deadLetterTargetArn;
  if (target === undefined) return;
  const found = target === queueArn(region, name) ? undefined : queues.findByArn(target);
  const refuse = (reason: string): Error => invalidValue("RedrivePolicy", attributes["RedrivePolicy"], reason);
  if (found === undefined) throw refuse("Dead letter target does not exist.");
  if (found.fifo !== isFifo(name)) throw refuse("Dead-letter queue must be same type of queue as the source.");
};

/** FifoQueue is decided once, when the queue is made. */
export const newAttributes = (name: string, given: unknown): QueueAttributes => {
  const { FifoQueue, ...rest } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (FifoQueue !== undefined && FifoQueue !== "true" && FifoQueue !== "false")
    throw sqsError("InvalidAttributeValue", "Invalid value for the parameter FifoQueue.");
  return { ...checkAttributes(name, rest), ...(FifoQueue === "true" && { FifoQueue }) };
};

/** Makes a queue; throws when one of that name has other attributes. */
export const createQueue = (
  queues: Queues,
  now: number,
  { name, region, attributes }: Pick<QueueState, "name" | "region" | "attributes">,
): OpenQueue => {
  checkName(name, attributes);
  const existing = queues.find(name);
  if (existing !== undefined) {
    const differs = Object.entries(attributes).find(([key, value]) => existing.state.attributes[key] !== value);
    if (differs === undefined) return existing;
    const message = `A queue already exists with the same name and a different value for attribute ${differs[0]}`;
    throw sqsError("QueueNameExists", message);
  }
  const state = { name, region, createdAt: now, modifiedAt: now, attributes: merge(defaultsOf(name), attributes) };
  checkTarget(queues, state);
  return queues.put(state);
};

/** Changes attributes; those not given stay. */
export const setAttributes = (queues: Queues, now: number, { state }: OpenQueue, given: QueueAttributes): OpenQueue => {
  const changed = { ...state, modifiedAt: now, attributes: merge(state.attributes, given) };
  checkTarget(queues, changed);
  return queues.put(changed);
};

const readAttributes = (queue: OpenQueue, names: readonly string[]): object => {
  const { state, arn, messages } = queue;
  const { visible, inFlight, delayed } = messages.counts();
  const all: Readonly<Record<string, string>> = {
    ...state.attributes,
    QueueArn: arn,
    CreatedTimestamp: String(Math.floor(state.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(state.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const known = ["All", "FifoQueue", ...SETTABLE_NAMES, ...Object.keys(all)];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  if (names.includes("All")) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
};

export const queueActions = (queues: Queues, clock: Ground["clock"]): Readonly<Record<string, Action>> => ({
  CreateQueue: honours(["QueueName", "Attributes"], ({ input, region }) => {
    const name = required(input, "QueueName");
    createQueue(queues, clock.now(), { name, region, attributes: newAttributes(name, input["Attributes"]) });
    return { QueueUrl: queues.url(name) };
  }),
  DeleteQueue: honours(["QueueUrl"], ({ input }) => {
    queues.remove(queueOf(queues, input).state.name);
  }),
  GetQueueAttributes: honours(["QueueUrl", "AttributeNames"], ({ input }) => {
    return { Attributes: readAttributes(queueOf(queues, input), textsOf(input["AttributeNames"])) };
  }),
  SetQueueAttributes: honours(["QueueUrl", "Attributes"], ({ input }) => {
    const queue = queueOf(queues, input);
    setAttributes(queues, clock.now(), queue, checkAttributes(queue.state.name, input["Attributes"]));
  }),
  GetQueueUrl: honours(["QueueName"], ({ input }) => {
    return { QueueUrl: queues.url(queues.get(required(input, "QueueName")).state.name) };
  }),
  ListQueues: honours(["QueueNamePrefix", "MaxResults", "NextToken"], ({ input }) => {
    const prefix = textOf(input["QueueNamePrefix"]);
    const names = queues.list().map(({ state }) => state.name);
    const entries = names.filter((name) => name.startsWith(prefix)).map((name) => [name, queues.url(name)] as const);
    const limit = numberIn(input, "MaxResults", [1, MAX_LISTED_QUEUES], MAX_LISTED_QUEUES);
    const { items, next } = pageOf(entries, { limit, token: textOf(input["NextToken"]) });
    return items.length === 0 ? {} : { QueueUrls: items, NextToken: next };
  }),
});
