// CreateTopic, DeleteTopic, ListTopics, Get and SetTopicAttributes, and the tags of a topic.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Action } from "../gateway/service.ts";
import { checkTopicAttribute, type Texts } from "./attributes.ts";
import { invalid } from "./errors.ts";
import { HTTP_RETRIES, MAX_LISTED } from "./limits.ts";
import { listOf, mapOf } from "./parameters.ts";
import { topicArn, type Topic, type Topics } from "./topics.ts";

const tagList = v.optional(listOf(v.strictObject({ Key: v.string(), Value: v.string() })), []);

export const tagsOf = (tags: readonly { readonly Key: string; readonly Value: unknown }[]): Texts =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));

export interface NewTopic {
  readonly region: string;
  readonly name: string;
  readonly attributes: Texts;
  readonly tags: Texts;
}

/** Makes a topic after all checks; the same again is no error, another one of the same name is. */
export const createTopic = (topics: Topics, { region, name, attributes, tags }: NewTopic): Topic => {
  const fifo = attributes["FifoTopic"] === "true";
  if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name) || name.length > 256) throw invalid("Topic Name");
  if (fifo !== name.endsWith(".fifo")) {
    throw invalid("Topic Name Reason: names of FIFO topics end with .fifo, and only theirs");
  }
  for (const [key, value] of Object.entries(attributes)) checkTopicAttribute(key, value);
  if (attributes["ContentBasedDeduplication"] === "true" && !fifo) {
    throw invalid("ContentBasedDeduplication Reason: the topic is not FIFO");
  }
  const arn = topicArn(region, name);
  const existing = topics.find(arn);
  if (existing === undefined) return topics.put({ arn, name, attributes, tags, deleted: 0 });
  const different = Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value);
  if (different) throw invalid("Attributes Reason: Topic already exists with different attributes");
  return existing;
};

/** Sets attributes; an empty text takes one back. */
export const setTopicAttributes = (topics: Topics, topic: Topic, given: Texts): Topic => {
  for (const [name, value] of Object.entries(given)) {
    if (name === "FifoTopic" && value !== topic.attributes["FifoTopic"]) throw invalid("FifoTopic cannot be changed");
    if (value !== "") checkTopicAttribute(name, value);
  }
  const attributes = Object.entries({ ...topic.attributes, ...given }).filter(([, value]) => value !== "");
  return topics.put({ ...topic, attributes: Object.fromEntries(attributes) });
};

/** What a topic without a policy of its own shows: its account may do everything. */
const defaultPolicy = (arn: string): string => {
  const Action = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"].map((name) => `SNS:${name}`); // prettier-ignore
  const Condition = { StringEquals: { "AWS:SourceOwner": ACCOUNT } };
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action,
    Resource: arn,
    Condition,
  };
  return JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] });
};

const shown = (topics: Topics, topic: Topic): ReadonlyMap<string, string> => {
  const subscriptions = topics.subscriptions(topic.arn);
  const pending = subscriptions.filter(({ token }) => token !== undefined).length;
  const retries = {
    ...HTTP_RETRIES,
    numMaxDelayRetries: 0,
    numNoDelayRetries: 0,
    numMinDelayRetries: 0,
    backoffFunction: "linear",
  };
  return new Map(
    Object.entries({
      DisplayName: "",
      Policy: defaultPolicy(topic.arn),
      ...topic.attributes,
      TopicArn: topic.arn,
      Owner: ACCOUNT,
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: String(topic.deleted),
      EffectiveDeliveryPolicy: JSON.stringify({
        http: { defaultHealthyRetryPolicy: retries, disableSubscriptionOverrides: false },
      }),
    }),
  );
};

/** One page of a list, in SNS's way: the token is where the next page begins. */
export const page = <T>(
  items: readonly T[],
  token: string | undefined,
): { readonly items: readonly T[]; readonly next?: string } => {
  const from = token === undefined || token === "" ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isSafeInteger(from) || from < 0) throw invalid("NextToken");
  const next = from + MAX_LISTED;
  return {
    items: items.slice(from, next),
    ...(next < items.length && { next: Buffer.from(String(next)).toString("base64url") }),
  };
};

export const topicActions = (topics: Topics): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  const tagged = (arn: string): Topic => {
    const topic = topics.find(arn);
    if (topic === undefined) throw new AwsError("ResourceNotFound", 404, "Resource does not exist");
    return topic;
  };
  return {
    CreateTopic: action(
      { Name: v.string(), Attributes: v.optional(mapOf(v.string()), {}), Tags: tagList },
      ({ Name: name, Attributes: attributes, Tags }, { region }) => ({
        TopicArn: createTopic(topics, { region, name, attributes, tags: tagsOf(Tags) }).arn,
      }),
    ),
    DeleteTopic: action({ TopicArn: v.string() }, ({ TopicArn }) => topics.remove(TopicArn)),
    ListTopics: action({ NextToken: v.optional(v.string()) }, ({ NextToken }) => {
      const { items, next } = page(topics.list(), NextToken);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
    }),
    GetTopicAttributes: action({ TopicArn: v.string() }, ({ TopicArn }) => ({
      Attributes: shown(topics, topics.get(TopicArn)),
    })),
    SetTopicAttributes: action(
      { TopicArn: v.string(), AttributeName: v.string(), AttributeValue: v.optional(v.string(), "") },
      ({ TopicArn, AttributeName, AttributeValue }) => {
        setTopicAttributes(topics, topics.get(TopicArn), { [AttributeName]: AttributeValue });
      },
    ),
    TagResource: action({ ResourceArn: v.string(), Tags: tagList }, ({ ResourceArn, Tags }) => {
      const topic = tagged(ResourceArn);
      topics.put({ ...topic, tags: { ...topic.tags, ...tagsOf(Tags) } });
      return {};
    }),
    UntagResource: action({ ResourceArn: v.string(), TagKeys: listOf(v.string()) }, ({ ResourceArn, TagKeys }) => {
      const topic = tagged(ResourceArn);
      const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key)));
      topics.put({ ...topic, tags });
      return {};
    }),
    ListTagsForResource: action({ ResourceArn: v.string() }, ({ ResourceArn }) => ({
      Tags: Object.entries(tagged(ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
