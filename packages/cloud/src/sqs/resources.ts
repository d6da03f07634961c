// AWS::SQS::Queue and AWS::SQS::QueuePolicy.
import type { Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { checkAttributes, DEFAULTS, type QueueAttributes } from "./attributes.ts";
import { nameInUrl } from "./parameters.ts";
import { createQueue, setAttributes } from "./queue-actions.ts";
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

const properties: Readonly<Record<string, PropertyRule>> = {
  QueueName: "replace",
  ...Object.fromEntries(NUMBERS.map((name) => [name, "update" as const])),
  ...Object.fromEntries([...STORED, "KmsDataKeyReusePeriodSeconds"].map((name) => [name, "inert" as const])),
  RedrivePolicy: "update",
  Tags: "update",
  FifoQueue: "replace",
};

const NAME_LENGTH = 80;

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const attributesOf = (from: Properties): QueueAttributes => {
  if (from["FifoQueue"] === true || from["FifoQueue"] === "true") throw unsupported("AWS::SQS::Queue FifoQueue");
  const given = [...NUMBERS, ...STORED, "RedrivePolicy"].filter((name) => from[name] !== undefined);
  return checkAttributes(Object.fromEntries(given.map((name) => [name, asText(from[name])])));
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
const reset = (given: QueueAttributes): QueueAttributes => ({
  ...DEFAULTS,
  RedrivePolicy: "",
  KmsMasterKeyId: "",
  ...given,
});

export const queueType = (queues: Queues, clock: Ground["clock"]): ResourceType => ({
  properties,
  nameProperty: "QueueName",
  check: (from) => {
    attributesOf(from);
  },
  create: async (from, { region, generateName }) => {
    const name = typeof from["QueueName"] === "string" ? from["QueueName"] : generateName(NAME_LENGTH);
    if (queues.find(name) !== undefined) {
      const message = `Resource of type 'AWS::SQS::Queue' with identifier '${name}' already exists.`;
      throw new AwsError("AlreadyExists", 400, message);
    }
    const queue = { name, region, attributes: attributesOf(from), tags: tagsOf(from) };
    return createdFrom(queues, createQueue(queues, clock.now(), queue));
  },
  update: async (physicalId, from) => {
    const queue = queues.get(nameInUrl(physicalId));
    const changed = setAttributes(queues, clock.now(), queue, reset(attributesOf(from)));
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
    const attributes = checkAttributes({ Policy: asText(from["PolicyDocument"]) });
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
      checkAttributes({ Policy: asText(from["PolicyDocument"]) });
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
