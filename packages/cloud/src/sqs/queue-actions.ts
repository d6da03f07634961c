// CreateQueue, DeleteQueue, GetQueueUrl, ListQueues, queue attributes, tags.
import type { Action, Input } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { checkAttributes, checkTogether, defaultsOf, isFifo, READABLE, type QueueAttributes } from "./attributes.ts";
import { invalidParameter, invalidValue, sqsError } from "./errors.ts";
import { MAX_LISTED_QUEUES } from "./limits.ts";
import { honours, queueOf, required, textOf } from "./parameters.ts";
import type { OpenQueue, Queues, QueueState } from "./queues.ts";

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

/** A dead-letter queue exists, is another queue of the same kind, and takes messages from this one. */
const checkTarget = (queues: Queues, queue: OpenQueue): void => {
  const arn = queue.redrive?.deadLetterTargetArn;
  if (arn === undefined) return;
  const target = arn === queue.arn ? undefined : queues.findByArn(arn);
  const refuse = (reason: string): never => {
    throw invalidValue("RedrivePolicy", queue.state.attributes["RedrivePolicy"], reason);
  };
  if (target === undefined) return refuse("Dead letter target does not exist.");
  if (target.fifo !== queue.fifo) return refuse("Dead-letter queue must be same type of queue as the source.");
  if (!target.acceptsFrom(queue.arn))
    refuse(`The dead-letter queue's RedriveAllowPolicy does not let ${queue.arn} use it.`);
};

/** FifoQueue is decided once, when the queue is made. */
export const newAttributes = (name: string, given: unknown): QueueAttributes => {
  const { FifoQueue, ...rest } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (FifoQueue !== undefined && FifoQueue !== "true" && FifoQueue !== "false")
    throw sqsError("InvalidAttributeValue", "Invalid value for the parameter FifoQueue.");
  return { ...checkAttributes(name, rest), ...(FifoQueue === "true" && { FifoQueue }) };
};

export interface NewQueue {
  readonly name: string;
  readonly region: string;
  readonly attributes: QueueAttributes;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Makes a queue; throws when one of that name has other attributes. */
export const createQueue = (queues: Queues, now: number, { name, region, attributes, tags }: NewQueue): OpenQueue => {
  checkName(name, attributes);
  const existing = queues.find(name);
  if (existing !== undefined) {
    const differs = Object.entries(attributes).find(([key, value]) => existing.state.attributes[key] !== value);
    if (differs === undefined) return existing;
    const message = `A queue already exists with the same name and a different value for attribute ${differs[0]}`;
    throw sqsError("QueueNameExists", message);
  }
  return queues.transaction(() => {
    const state: QueueState = {
      name,
      region,
      createdAt: now,
      modifiedAt: now,
      attributes: merge(defaultsOf(name), attributes),
      tags: tags ?? {},
    };
    checkTogether(state.attributes);
    const queue = queues.put(state);
    try {
      checkTarget(queues, queue);
    } catch (error) {
      queues.remove(name);
      throw error;
    }
    return queue;
  });
};

/** Changes attributes; those not given stay. */
export const setAttributes = (queues: Queues, now: number, queue: OpenQueue, given: QueueAttributes): OpenQueue => {
  const { state } = queue;
  const attributes = merge(state.attributes, given);
  checkTogether(attributes);
  const changed = queues.put({ ...state, modifiedAt: now, attributes });
  try {
    checkTarget(queues, changed);
    return changed;
  } catch (error) {
    queues.put(state);
    throw error;
  }
};

const readAttributes = (queue: OpenQueue, names: readonly string[]): object => {
  const unknown = names.find((name) => name !== "All" && !READABLE.has(name));
  if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
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
  if (names.includes("All")) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
};

/** One page of URLs; the token is the last name of the page before. */
const page = (queues: Queues, input: Input, chosen: readonly OpenQueue[]): { urls: string[]; next: object } => {
  const after = Buffer.from(textOf(input["NextToken"]), "base64").toString("utf8");
  const limit = Number(input["MaxResults"] ?? MAX_LISTED_QUEUES);
  const names = chosen.map(({ state }) => state.name).filter((name) => name > after);
  const last = names[limit - 1];
  const more = input["MaxResults"] !== undefined && names.length > limit && last !== undefined;
  return {
    urls: names.slice(0, limit).map((name) => queues.url(name)),
    next: more ? { NextToken: Buffer.from(last, "utf8").toString("base64") } : {},
  };
};

const listActions = (queues: Queues): Readonly<Record<string, Action>> => ({
  GetQueueUrl: honours(["QueueName", "QueueOwnerAWSAccountId"], ({ input }) => {
    return { QueueUrl: queues.url(queues.get(required(input, "QueueName")).state.name) };
  }),
  ListQueues: honours(["QueueNamePrefix", "MaxResults", "NextToken"], ({ input }) => {
    const prefix = textOf(input["QueueNamePrefix"]);
    const chosen = queues.list().filter(({ state }) => state.name.startsWith(prefix));
    const { urls, next } = page(queues, input, chosen);
    return urls.length === 0 ? {} : { QueueUrls: urls, ...next };
  }),
  ListDeadLetterSourceQueues: honours(["QueueUrl", "MaxResults", "NextToken"], ({ input }) => {
    const { arn } = queueOf(queues, input);
    const { urls, next } = page(
      queues,
      input,
      queues.list().filter(({ redrive }) => redrive?.deadLetterTargetArn === arn),
    );
    return { queueUrls: urls, ...next };
  }),
});

const tagActions = (queues: Queues): Readonly<Record<string, Action>> => ({
  TagQueue: honours(["QueueUrl", "Tags"], ({ input }) => {
    const { state } = queueOf(queues, input);
    queues.put({ ...state, tags: { ...state.tags, ...(input["Tags"] as Record<string, string> | undefined) } });
  }),
  UntagQueue: honours(["QueueUrl", "TagKeys"], ({ input }) => {
    const { state } = queueOf(queues, input);
    const gone = (input["TagKeys"] ?? []) as readonly string[];
    const kept = Object.entries(state.tags).filter(([key]) => !gone.includes(key));
    queues.put({ ...state, tags: Object.fromEntries(kept) });
  }),
  ListQueueTags: honours(["QueueUrl"], ({ input }) => {
    return { Tags: queueOf(queues, input).state.tags };
  }),
});

export const queueActions = (queues: Queues, clock: Ground["clock"]): Readonly<Record<string, Action>> => ({
  CreateQueue: honours(["QueueName", "Attributes", "tags"], ({ input, region }) => {
    const name = required(input, "QueueName");
    const tags = (input["tags"] ?? {}) as Record<string, string>;
    createQueue(queues, clock.now(), { name, region, attributes: newAttributes(name, input["Attributes"]), tags });
    return { QueueUrl: queues.url(name) };
  }),
  DeleteQueue: honours(["QueueUrl"], ({ input }) => {
    queues.remove(queueOf(queues, input).state.name);
  }),
  GetQueueAttributes: honours(["QueueUrl", "AttributeNames"], ({ input }) => {
    const names = ((input["AttributeNames"] ?? []) as readonly unknown[]).map(String);
    return { Attributes: readAttributes(queueOf(queues, input), names) };
  }),
  SetQueueAttributes: honours(["QueueUrl", "Attributes"], ({ input }) => {
    const queue = queueOf(queues, input);
    setAttributes(queues, clock.now(), queue, checkAttributes(queue.state.name, input["Attributes"]));
  }),
  ...listActions(queues),
  ...tagActions(queues),
});
