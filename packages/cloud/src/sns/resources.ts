// AWS::SNS::Topic, AWS::SNS::Subscription and AWS::SNS::TopicPolicy.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { checkTopicAttribute, parsePolicy, SUBSCRIPTION_ATTRIBUTES, type Texts } from "./attributes.ts";
import { checkNew, type NewSubscription, setSubscriptionAttributes, type Subscribe } from "./subscription-actions.ts";
import { createTopic, setTopicAttributes, tagsOf } from "./topic-actions.ts";
import { topicArn, type Topics } from "./topics.ts";

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The attributes among the properties, as texts; `reset` gives the missing ones as empty, which takes them back. */
const textsOf = (from: Properties, names: readonly string[], reset = false): Texts =>
  Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined && !reset ? [] : [[name, asText(from[name] ?? "")]])),
  );

const FIXED = ["FifoTopic"];
const CHANGEABLE = ["DisplayName", "ContentBasedDeduplication", "FifoThroughputScope", "SignatureVersion"];
const INERT = ["KmsMasterKeyId", "TracingConfig"];

const topicSchema = v.looseObject({
  TopicName: v.optional(v.string()),
  Subscription: v.optional(v.array(v.strictObject({ Endpoint: v.string(), Protocol: v.string() })), []),
  Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.unknown() })), []),
});

const inlineOf = (arn: string, from: Properties): readonly NewSubscription[] =>
  readProperties("AWS::SNS::Topic", topicSchema, from).Subscription.map(
    ({ Endpoint: endpoint, Protocol: protocol }) => ({
      topicArn: arn,
      protocol,
      endpoint,
      attributes: {},
    }),
  );

const topicCreated = (arn: string): Created => ({
  physicalId: arn,
  attributes: { TopicArn: arn, TopicName: arn.split(":").at(-1) ?? "" },
});

const isSame = (
  one: NewSubscription,
  { protocol, endpoint }: Pick<NewSubscription, "protocol" | "endpoint">,
): boolean => one.protocol === protocol && one.endpoint === endpoint;

export const topicType = (topics: Topics, subscribe: Subscribe): ResourceType => {
  return {
    properties: {
      TopicName: "replace",
      ...Object.fromEntries(FIXED.map((name) => [name, "replace" as const])),
      ...Object.fromEntries(CHANGEABLE.map((name) => [name, "update" as const])),
      ...Object.fromEntries(INERT.map((name) => [name, "inert" as const])),
      Subscription: "update",
      Tags: "update",
    },
    nameProperty: "TopicName",
    check: (from) => {
      readProperties("AWS::SNS::Topic", topicSchema, from);
      for (const [name, value] of Object.entries(textsOf(from, [...FIXED, ...CHANGEABLE, ...INERT]))) {
        checkTopicAttribute(name, value);
      }
      for (const each of inlineOf("", from)) checkNew(undefined, each);
    },
    create: async (from, { region, generateName }) => {
      const { TopicName, Tags } = readProperties("AWS::SNS::Topic", topicSchema, from);
      const suffix = asText(from["FifoTopic"]) === "true" ? ".fifo" : "";
      const name = TopicName ?? generateName(256 - suffix.length) + suffix;
      if (topics.find(topicArn(region, name)) !== undefined) {
        const message = `Resource of type 'AWS::SNS::Topic' with identifier '${topicArn(region, name)}' already exists.`;
        throw new AwsError("AlreadyExists", 400, message);
      }
      const given = textsOf(from, [...FIXED, ...CHANGEABLE, ...INERT]);
      const attributes = Object.fromEntries(
        Object.entries(given).filter(([key, value]) => key !== "FifoTopic" || value === "true"),
      );
      const { arn } = createTopic(topics, { region, name, attributes, tags: tagsOf(Tags) });
      for (const each of inlineOf(arn, from)) subscribe(each);
      return topicCreated(arn);
    },
    update: async (arn, from, previous) => {
      const topic = setTopicAttributes(topics, topics.get(arn), textsOf(from, [...CHANGEABLE, ...INERT], true));
      topics.put({ ...topic, tags: tagsOf(readProperties("AWS::SNS::Topic", topicSchema, from).Tags) });
      const wanted = inlineOf(arn, from);
      for (const old of inlineOf(arn, previous)) {
        const gone = topics.subscriptions(arn).find((each) => isSame(old, each));
        if (gone !== undefined && !wanted.some((each) => isSame(each, gone))) topics.removeSubscription(gone.arn);
      }
      for (const each of wanted) subscribe(each);
      return topicCreated(arn);
    },
    remove: async (arn) => topics.remove(arn),
  };
};

const subscriptionSchema = v.looseObject({ TopicArn: v.string(), Protocol: v.string(), Endpoint: v.string() });

const newSubscription = (from: Properties): NewSubscription => {
  const {
    TopicArn,
    Protocol: protocol,
    Endpoint: endpoint,
  } = readProperties("AWS::SNS::Subscription", subscriptionSchema, from);
  return { topicArn: TopicArn, protocol, endpoint, attributes: textsOf(from, SUBSCRIPTION_ATTRIBUTES) };
};

const created = (arn: string): Created => ({ physicalId: arn, attributes: { Arn: arn } });

export const subscriptionType = (topics: Topics, subscribe: Subscribe): ResourceType => {
  return {
    properties: {
      TopicArn: "replace",
      Protocol: "replace",
      Endpoint: "replace",
      ...Object.fromEntries(SUBSCRIPTION_ATTRIBUTES.map((name) => [name, "update" as const])),
    },
    check: (from) => {
      const given = newSubscription(from);
      checkNew(topics.find(given.topicArn), given);
    },
    create: async (from) => created(subscribe(newSubscription(from)).arn),
    update: async (arn, from) => {
      setSubscriptionAttributes(topics, topics.getSubscription(arn), textsOf(from, SUBSCRIPTION_ATTRIBUTES, true));
      return created(arn);
    },
    remove: async (arn) => {
      if (topics.findSubscription(arn) !== undefined) topics.removeSubscription(arn);
    },
  };
};

const policySchema = v.looseObject({
  Topics: v.pipe(v.array(v.string()), v.minLength(1)),
  PolicyDocument: v.unknown(),
});

/** One topic has one policy: the last resource that sets it wins, as on AWS. */
export const topicPolicyType = (topics: Topics): ResourceType => {
  const apply = (from: Properties): void => {
    for (const arn of readProperties("AWS::SNS::TopicPolicy", policySchema, from).Topics) {
      setTopicAttributes(topics, topics.get(arn), { Policy: asText(from["PolicyDocument"]) });
    }
  };
  const clear = (arns: readonly string[]): void => {
    for (const arn of arns) {
      const topic = topics.find(arn);
      if (topic !== undefined) setTopicAttributes(topics, topic, { Policy: "" });
    }
  };
  return {
    properties: { Topics: "update", PolicyDocument: "update" },
    check: (from) => {
      readProperties("AWS::SNS::TopicPolicy", policySchema, from);
      if (parsePolicy(asText(from["PolicyDocument"])) === undefined) {
        throw new AwsError("ValidationError", 400, "PolicyDocument is missing");
      }
    },
    create: async (from, { generateName }) => {
      apply(from);
      const id = generateName(80);
      return { physicalId: id, attributes: { Id: id } };
    },
    update: async (physicalId, from, previous) => {
      const kept = readProperties("AWS::SNS::TopicPolicy", policySchema, from).Topics;
      clear(
        readProperties("AWS::SNS::TopicPolicy", policySchema, previous).Topics.filter((arn) => !kept.includes(arn)),
      );
      apply(from);
      return { physicalId, attributes: { Id: physicalId } };
    },
    remove: async (_physicalId, from) => clear(readProperties("AWS::SNS::TopicPolicy", policySchema, from).Topics),
  };
};
