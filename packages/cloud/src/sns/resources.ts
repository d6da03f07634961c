// AWS::SNS::Topic, AWS::SNS::Subscription and AWS::SNS::TopicPolicy.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { checkTopic, SUBSCRIPTION_ATTRIBUTES, type Texts } from "./attributes.ts";
import { checkNew, type NewSubscription, setSubscriptionAttributes, type Subscribe } from "./subscription-actions.ts";
import { createTopic, setTopicAttributes } from "./topic-actions.ts";
import { topicArn, type Topics } from "./topics.ts";

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The attributes among the properties, as texts. */
const textsOf = (from: Properties, names: readonly string[]): Texts =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, asText(from[name])]])));

/** Empty texts take back what is missing now. */
const resetting = (names: readonly string[]): Texts => Object.fromEntries(names.map((name) => [name, ""]));

const rules = (names: readonly string[], rule: PropertyRule) => Object.fromEntries(names.map((name) => [name, rule]));

const CHANGEABLE = ["DisplayName", "ContentBasedDeduplication"];
const INERT = ["FifoThroughputScope", "KmsMasterKeyId", "SignatureVersion", "Tags", "TracingConfig"];

const topicSchema = v.looseObject({
  TopicName: v.optional(v.string()),
  Subscription: v.optional(v.array(v.strictObject({ Endpoint: v.string(), Protocol: v.string() })), []),
});

const inlineOf = (topic: string, from: Properties): readonly NewSubscription[] =>
  readProperties("AWS::SNS::Topic", topicSchema, from).Subscription.map(({ Endpoint, Protocol }) => ({
    topicArn: topic,
    protocol: Protocol,
    endpoint: Endpoint,
    attributes: {},
  }));

const keyOf = ({ protocol, endpoint }: Pick<NewSubscription, "protocol" | "endpoint">): string =>
  `${protocol} ${endpoint}`;

/** A topic is FIFO or has no such attribute. */
const attributesOf = (from: Properties): Texts => ({
  ...textsOf(from, CHANGEABLE),
  ...(asText(from["FifoTopic"]) === "true" && { FifoTopic: "true" }),
});

const topicCreated = (arn: string): Created => ({
  physicalId: arn,
  attributes: { TopicArn: arn, TopicName: arn.split(":").at(-1) ?? "" },
});

export const topicType = (topics: Topics, subscribe: Subscribe): ResourceType => ({
  properties: {
    TopicName: "replace",
    FifoTopic: "replace",
    ...rules(CHANGEABLE, "update"),
    ...rules(INERT, "inert"),
    Subscription: "update",
  },
  nameProperty: "TopicName",
  check: (from) => {
    checkTopic(textsOf(from, [...CHANGEABLE, "FifoTopic"]));
    const fifo = attributesOf(from)["FifoTopic"] === "true";
    for (const each of inlineOf("", from)) checkNew({ fifo }, each);
  },
  create: async (from, { region, generateName }) => {
    const { TopicName } = readProperties("AWS::SNS::Topic", topicSchema, from);
    const attributes = attributesOf(from);
    const suffix = attributes["FifoTopic"] === undefined ? "" : ".fifo";
    const name = TopicName ?? generateName(256 - suffix.length) + suffix;
    const arn = topicArn(region, name);
    if (topics.find(arn) !== undefined) {
      const message = `Resource of type 'AWS::SNS::Topic' with identifier '${arn}' already exists.`;
      throw new AwsError("AlreadyExists", 400, message);
    }
    createTopic(topics, region, name, attributes);
    for (const each of inlineOf(arn, from)) subscribe(each);
    return topicCreated(arn);
  },
  update: async (arn, from, previous) => {
    setTopicAttributes(topics, topics.get(arn), { ...resetting(CHANGEABLE), ...textsOf(from, CHANGEABLE) });
    const wanted = inlineOf(arn, from).map(keyOf);
    const gone = inlineOf(arn, previous).map(keyOf).filter((key) => !wanted.includes(key)); // prettier-ignore
    for (const each of topics.subscriptions(arn)) if (gone.includes(keyOf(each))) topics.removeSubscription(each.arn);
    for (const each of inlineOf(arn, from)) subscribe(each);
    return topicCreated(arn);
  },
  remove: async (arn) => topics.remove(arn),
});

const subscriptionSchema = v.looseObject({ TopicArn: v.string(), Protocol: v.string(), Endpoint: v.string() });

const newSubscription = (from: Properties): NewSubscription => {
  const given = readProperties("AWS::SNS::Subscription", subscriptionSchema, from);
  const { TopicArn: topic, Protocol: protocol, Endpoint: endpoint } = given;
  return { topicArn: topic, protocol, endpoint, attributes: textsOf(from, SUBSCRIPTION_ATTRIBUTES) };
};

const subscriptionCreated = (arn: string): Created => ({ physicalId: arn, attributes: { Arn: arn } });

export const subscriptionType = (topics: Topics, subscribe: Subscribe): ResourceType => {
  return {
    properties: {
      TopicArn: "replace",
      Protocol: "replace",
      Endpoint: "replace",
      ...rules(SUBSCRIPTION_ATTRIBUTES, "update"),
    },
    check: (from) => {
      const given = newSubscription(from);
      checkNew(topics.find(given.topicArn), given);
    },
    create: async (from) => subscriptionCreated(subscribe(newSubscription(from)).arn),
    update: async (arn, from) => {
      const attributes = { ...resetting(SUBSCRIPTION_ATTRIBUTES), ...textsOf(from, SUBSCRIPTION_ATTRIBUTES) };
      setSubscriptionAttributes(topics, topics.getSubscription(arn), attributes);
      return subscriptionCreated(arn);
    },
    remove: async (arn) => topics.removeSubscription(arn),
  };
};

const policySchema = v.object({ Topics: v.pipe(v.array(v.string()), v.minLength(1)), PolicyDocument: v.unknown() });

const readPolicy = (from: Properties) => {
  const { Topics: arns, PolicyDocument } = readProperties("AWS::SNS::TopicPolicy", policySchema, from);
  return { arns, attributes: { Policy: asText(PolicyDocument) } };
};

/** One topic has one policy: the last resource that sets it wins, as on AWS. */
export const topicPolicyType = (topics: Topics): ResourceType => {
  const apply = (physicalId: string, from: Properties): Created => {
    const { arns, attributes } = readPolicy(from);
    for (const arn of arns) setTopicAttributes(topics, topics.get(arn), attributes);
    return { physicalId, attributes: { Id: physicalId } };
  };
  const clear = (from: Properties): void => {
    for (const topic of readPolicy(from).arns.flatMap((arn) => topics.find(arn) ?? [])) {
      setTopicAttributes(topics, topic, { Policy: "" });
    }
  };
  return {
    properties: { Topics: "update", PolicyDocument: "update" },
    check: (from) => checkTopic(readPolicy(from).attributes),
    create: async (from, { generateName }) => apply(generateName(80), from),
    update: async (physicalId, from, previous) => {
      clear(previous);
      return apply(physicalId, from);
    },
    remove: async (_physicalId, from) => clear(from),
  };
};
