// AWS::SQS::Queue and AWS::SQS::QueuePolicy.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { checkAttributes, defaultsOf, type QueueAttributes, SETTABLE_NAMES } from "./attributes.ts";
import { nameInUrl } from "./parameters.ts";
import { createQueue, newAttributes, setAttributes } from "./queue-actions.ts";
import type { OpenQueue, Queues } from "./queues.ts";

/** The policy belongs to another resource. */
const ATTRIBUTES = SETTABLE_NAMES.filter((name) => name !== "Policy");
const INERT = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "Tags"];

const properties: Readonly<Record<string, PropertyRule>> = {
  QueueName: "replace",
  FifoQueue: "replace",
  ...Object.fromEntries(ATTRIBUTES.map((name) => [name, "update" as const])),
  ...Object.fromEntries(INERT.map((name) => [name, "inert" as const])),
};

const NAME_LENGTH = 80;

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The name that the template gives, or one of the right kind. */
const nameOf = (from: Properties, generate: (maxLength: number) => string): string => {
  if (typeof from["QueueName"] === "string") return from["QueueName"];
  return asText(from["FifoQueue"]) === "true" ? `${generate(NAME_LENGTH - 5)}.fifo` : generate(NAME_LENGTH);
};

const attributesOf = (from: Properties, name: string): QueueAttributes => {
  const given = [...ATTRIBUTES, "FifoQueue"].filter((each) => from[each] !== undefined);
  return newAttributes(name, Object.fromEntries(given.map((each) => [each, asText(from[each])])));
};

const createdFrom = (queues: Queues, { state, arn }: OpenQueue) => {
  const url = queues.url(state.name);
  return { physicalId: url, attributes: { Arn: arn, QueueName: state.name, QueueUrl: url } };
};

/** What is not in the template any more goes back to its default. */
const reset = (name: string, given: QueueAttributes): QueueAttributes => ({
  ...defaultsOf(name),
  RedrivePolicy: "",
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
    return createdFrom(
      queues,
      createQueue(queues, clock.now(), { name, region, attributes: attributesOf(from, name) }),
    );
  },
  update: async (physicalId, from) => {
    const name = nameInUrl(physicalId);
    const attributes = reset(name, attributesOf(from, name));
    return createdFrom(queues, setAttributes(queues, clock.now(), queues.get(name), attributes));
  },
  remove: async (physicalId) => queues.remove(nameInUrl(physicalId)),
});

const policySchema = v.object({
  Queues: v.pipe(v.array(v.string()), v.minLength(1, "must name queues by URL (Ref), not by ARN")),
  PolicyDocument: v.pipe(v.unknown(), v.transform(asText)),
});

const readQueuePolicy = (from: Properties) => {
  const { Queues, PolicyDocument } = readProperties("AWS::SQS::QueuePolicy", policySchema, from);
  return { urls: Queues, attributes: checkAttributes("", { Policy: PolicyDocument }) };
};

/** One queue has one policy: the last resource that sets it wins, as on AWS. */
export const queuePolicyType = (queues: Queues, clock: Ground["clock"]): ResourceType => {
  const apply = (from: Properties): void => {
    const { urls, attributes } = readQueuePolicy(from);
    for (const url of urls) setAttributes(queues, clock.now(), queues.get(nameInUrl(url)), attributes);
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
      readQueuePolicy(from);
    },
    create: async (from, { generateName }) => {
      apply(from);
      const id = generateName(NAME_LENGTH);
      return { physicalId: id, attributes: { Id: id } };
    },
    update: async (physicalId, from, previous) => {
      const { urls } = readQueuePolicy(from);
      clear(readQueuePolicy(previous).urls.filter((url) => !urls.includes(url)));
      apply(from);
      return { physicalId, attributes: { Id: physicalId } };
    },
    remove: async (_physicalId, from) => clear(readQueuePolicy(from).urls),
  };
};
