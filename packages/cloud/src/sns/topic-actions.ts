// CreateTopic, DeleteTopic, ListTopics, Get and SetTopicAttributes.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { pageOf } from "../gateway/page.ts";
import { ACCOUNT, type Action } from "../gateway/service.ts";
import { checkTopic, differ, merge, type Texts } from "./attributes.ts";
import { invalid } from "./errors.ts";
import { MAX_LISTED } from "./limits.ts";
import { mapOf } from "./parameters.ts";
import { topicArn, type Topic, type Topics } from "./topics.ts";

/** Makes a topic after all checks; the same again is no error, another one of the same name is. */
export const createTopic = (topics: Topics, region: string, name: string, attributes: Texts): Topic => {
  const fifo = attributes["FifoTopic"] === "true";
  if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name) || name.length > 256) throw invalid("Topic Name");
  if (fifo !== name.endsWith(".fifo")) {
    throw invalid("Topic Name Reason: names of FIFO topics end with .fifo, and only theirs");
  }
  checkTopic(attributes);
  if (attributes["ContentBasedDeduplication"] === "true" && !fifo) {
    throw invalid("ContentBasedDeduplication Reason: the topic is not FIFO");
  }
  const arn = topicArn(region, name);
  const existing = topics.find(arn);
  if (existing === undefined) return topics.put({ arn, name, attributes });
  if (differ(attributes, existing.attributes)) {
    throw invalid("Attributes Reason: Topic already exists with different attributes");
  }
  return existing;
};

/** Sets attributes; an empty text takes one back. */
export const setTopicAttributes = (topics: Topics, topic: Topic, given: Texts): Topic => {
  if (given["FifoTopic"] !== undefined) throw invalid("FifoTopic cannot be changed");
  checkTopic(merge({}, given));
  return topics.put({ ...topic, attributes: merge(topic.attributes, given) });
};

const shown = (topics: Topics, { arn, attributes }: Topic): Texts => {
  const subscriptions = topics.subscriptions(arn);
  const pending = subscriptions.filter(({ token }) => token !== undefined).length;
  return {
    DisplayName: "",
    ...attributes,
    TopicArn: arn,
    Owner: ACCOUNT,
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
  };
};

export const topicActions = (topics: Topics): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  return {
    CreateTopic: action(
      { Name: v.string(), Attributes: v.optional(mapOf(v.string()), {}) },
      ({ Name, Attributes }, { region }) => ({ TopicArn: createTopic(topics, region, Name, Attributes).arn }),
    ),
    DeleteTopic: action({ TopicArn: v.string() }, ({ TopicArn }) => topics.remove(TopicArn)),
    ListTopics: action({ NextToken: v.optional(v.string()) }, ({ NextToken: token }) => {
      const inOrder = topics.list().toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
      const entries = inOrder.map(({ arn }) => [arn, { TopicArn: arn }] as const);
      const { items, next } = pageOf(entries, { limit: MAX_LISTED, token });
      return { Topics: items, NextToken: next };
    }),
    GetTopicAttributes: action({ TopicArn: v.string() }, ({ TopicArn }) => ({
      Attributes: new Map(Object.entries(shown(topics, topics.get(TopicArn)))),
    })),
    SetTopicAttributes: action(
      { TopicArn: v.string(), AttributeName: v.string(), AttributeValue: v.optional(v.string(), "") },
      ({ TopicArn, AttributeName, AttributeValue }) => {
        setTopicAttributes(topics, topics.get(TopicArn), { [AttributeName]: AttributeValue });
      },
    ),
  };
};
