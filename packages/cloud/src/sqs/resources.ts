// AWS::SQS::Queue and AWS::SQS::QueuePolicy.
import type { Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { checkAttributes, defaultsOf, type QueueAttributes } from "./attributes.ts";
import { nameInUrl } from "./parameters.ts";
import { createQueue, newAttributes, setAttributes } from "./queue-actions.ts";
import type { OpenQueue, Queues } from "./queues.ts";

const NUMBERS = [
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "VisibilityTimeout",
  "KmsDataKeyReusePeriodSeconds",
];
const STORED = ["KmsMasterKeyId", "SqsManagedSseEnabled"];
const REDRIVE = ["RedrivePolicy", "RedriveAllowPolicy"];
const FIFO = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

const properties: Readonly<Record<string, PropertyRule>> = {
  QueueName: "replace",
  ...Object.fromEntries([...NUMBERS, ...REDRIVE, ...FIFO].map((name) => [name, "update" as const])),
  ...Object.fromEntries([...STORED, "KmsDataKeyReusePeriodSeconds"].map((name) => [name, "inert" as const])),
  Tags: "update",
  FifoQueue: "replace",
};

const NAME_LENGTH = 80;

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The name that the template gives, or one of the right kind. */
const nameOf = (from: Properties, generate: (maxLength: number) => string): string => {
  if (typeof from["QueueName"] === "string") return from["QueueName"];
  return asText(from["FifoQueue"]) === "true" ? `${generate(NAME_LENGTH - 5)}.fifo` : generate(NAME_LENGTH);
};

const attributesOf = (from: Properties, name: string): QueueAttributes => {
  const given = [...NUMBERS, ...STORED, ...REDRIVE, ...FIFO, "FifoQueue"].filter((each) => from[each] !== undefined);
  return newAttributes(name, Object.fromEntries(given.map((each) => [each, asText(from[each])])));
};

const tagsOf = (from: Properties): Readonly<Record<string, string>> => {
  const tags = (from["Tags"] ?? []) as readonly { readonly Key: string; readonly Value: unknown }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));
};

const createdFrom = (queues: Queues, { state, arn }: OpenQueue) => {
  const url = queues.url(state.name);
  return { physicalId: url, attributes: { Arn: arn, QueueName: state.name, QueueUrl: url } };
};

/** What is not in the template any more goes back to its default; the policy belongs to another resource. */
const reset = (name: string, given: QueueAttributes): QueueAttributes => ({
  ...defaultsOf(name),
  RedrivePolicy: "",
  RedriveAllowPolicy: "",
  KmsMasterKeyId: "",
  ...given,
});

export const queueType = (queues: Queues, clock: Ground["clock"]): ResourceType => ({
  properties,
  nameProperty: "QueueName",
  check: (from) => {
    attributesOf(
      from,
      nameOf(from, () => "generated"),
    );
  },
  create: async (from, { region, generateName }) => {
    const name = nameOf(from, generateName);
    if (queues.find(name) !== undefined) {
      const message = `Resource of type 'AWS::SQS::Queue' with identifier '${name}' already exists.`;
      throw new AwsError("AlreadyExists", 400, message);
    }
    const queue = { name, region, attributes: attributesOf(from, name), tags: tagsOf(from) };
    return createdFrom(queues, createQueue(queues, clock.now(), queue));
  },
  update: async (physicalId, from) => {
    const name = nameInUrl(physicalId);
    const queue = queues.get(name);
    const changed = setAttributes(queues, clock.now(), queue, reset(name, attributesOf(from, name)));
    return createdFrom(queues, queues.put({ ...changed.state, tags: tagsOf(from) }));
  },
  remove: async (physicalId) => queues.remove(nameInUrl(physicalId)),
});

const urlsOf = (from: Properties): readonly string[] => {
  const urls: unknown = from["Queues"];
  if (Array.isArray(urls) && urls.length > 0) return urls.map(String);
  throw new AwsError(
    "ValidationError",
    400,
    "AWS::SQS::QueuePolicy needs Queues: a list of queue URLs (Ref), not ARNs",
  );
};

/** One queue has one policy: the last resource that sets it wins, as on AWS. */
export const queuePolicyType = (queues: Queues, clock: Ground["clock"]): ResourceType => {
  const apply = (from: Properties): void => {
    const attributes = checkAttributes("", { Policy: asText(from["PolicyDocument"]) });
    for (const url of urlsOf(from)) setAttributes(queues, clock.now(), queues.get(nameInUrl(url)), attributes);
  };
  const clear = (urls: readonly string[]): void => {
    for (const url of urls) {
      const queue = queues.find(nameInUrl(url));
      if (queue !== undefined) setAttributes(queues, clock.now(), queue, { Policy: "" });
    }
  };
  return {
    properties: { Queues: "update", PolicyDocument: "update" },
    check: (from) => {
      urlsOf(from);
      checkAttributes("", { Policy: asText(from["PolicyDocument"]) });
    },
    create: async (from, { generateName }) => {
      apply(from);
      const id = generateName(NAME_LENGTH);
      return { physicalId: id, attributes: { Id: id } };
    },
    update: async (physicalId, from, previous) => {
      clear(urlsOf(previous).filter((url) => !urlsOf(from).includes(url)));
      apply(from);
      return { physicalId, attributes: { Id: physicalId } };
    },
    remove: async (_physicalId, from) => clear(urlsOf(from)),
  };
};
