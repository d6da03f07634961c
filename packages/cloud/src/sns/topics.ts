// The topics that exist and their subscriptions: in the store, and open for publishing.
import { ACCOUNT } from "../gateway/service.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { parsePolicy, scopeOf, type Texts } from "./attributes.ts";
import { notFound } from "./errors.ts";
import { compileFilterPolicy, type Filter } from "./filter-policy.ts";

export interface TopicState {
  readonly arn: string;
  readonly name: string;
  /** Those that were set. */
  readonly attributes: Texts;
  readonly tags: Texts;
  /** Subscriptions that were removed. */
  readonly deleted: number;
}

export interface Topic extends TopicState {
  readonly policy: PolicyDocument | undefined;
  readonly fifo: boolean;
}

export interface SubscriptionState {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Texts;
  /** Until it is confirmed. */
  readonly token?: string;
  readonly authenticated: boolean;
}

export interface Subscription extends SubscriptionState {
  readonly filter: Filter;
}

export interface Topics {
  readonly find: (arn: string) => Topic | undefined;
  /** Throws NotFound. */
  readonly get: (arn: string) => Topic;
  readonly list: () => readonly Topic[];
  readonly put: (state: TopicState) => Topic;
  /** With its subscriptions. */
  readonly remove: (arn: string) => void;
  readonly subscriptions: (topicArn?: string) => readonly Subscription[];
  readonly findSubscription: (arn: string) => Subscription | undefined;
  readonly getSubscription: (arn: string) => Subscription;
  readonly putSubscription: (state: SubscriptionState) => Subscription;
  readonly removeSubscription: (arn: string) => void;
}

export const topicArn = (region: string, name: string): string => `arn:aws:sns:${region}:${ACCOUNT}:${name}`;

const openTopic = ({ arn, name, attributes, tags, deleted }: TopicState): Topic => ({
  arn,
  name,
  attributes,
  tags,
  deleted,
  policy: parsePolicy(attributes["Policy"]),
  fifo: attributes["FifoTopic"] === "true",
});

const openSubscription = (state: SubscriptionState): Subscription => ({
  ...state,
  filter: compileFilterPolicy(state.attributes["FilterPolicy"], scopeOf(state.attributes)),
});

export const createTopics = ({ store }: Pick<Ground, "store">): Topics => {
  const topicTable = store.table<TopicState>("sns_topics");
  const subscriptionTable = store.table<SubscriptionState>("sns_subscriptions");
  const topics = new Map(topicTable.list().map(([arn, state]) => [arn, openTopic(state)]));
  const subscriptions = new Map(subscriptionTable.list().map(([arn, state]) => [arn, openSubscription(state)]));

  const get = (arn: string): Topic => {
    const topic = topics.get(arn);
    if (topic === undefined) throw notFound("Topic");
    return topic;
  };
  const getSubscription = (arn: string): Subscription => {
    const subscription = subscriptions.get(arn);
    if (subscription === undefined) throw notFound("Subscription");
    return subscription;
  };
  const put = (state: TopicState): Topic => {
    const topic = openTopic(state);
    const { policy: _policy, fifo: _fifo, ...stored } = topic;
    topicTable.put(topic.arn, stored);
    topics.set(topic.arn, topic);
    return topic;
  };
  const forget = (arn: string): void => {
    subscriptionTable.remove(arn);
    subscriptions.delete(arn);
  };
  const ofTopic = (arn?: string): readonly Subscription[] =>
    [...subscriptions.values()].filter((each) => arn === undefined || each.topicArn === arn);

  return {
    find: (arn) => topics.get(arn),
    get,
    list: () => [...topics.values()].toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
    put,
    remove: (arn) =>
      store.transaction(() => {
        for (const each of ofTopic(arn)) forget(each.arn);
        topicTable.remove(arn);
        topics.delete(arn);
      }),
    subscriptions: ofTopic,
    findSubscription: (arn) => subscriptions.get(arn),
    getSubscription,
    putSubscription: (state) => {
      const { filter, ...stored } = openSubscription(state);
      subscriptionTable.put(state.arn, stored);
      const subscription = { ...stored, filter };
      subscriptions.set(state.arn, subscription);
      return subscription;
    },
    removeSubscription: (arn) =>
      store.transaction(() => {
        const topic = topics.get(subscriptions.get(arn)?.topicArn ?? "");
        forget(arn);
        if (topic !== undefined) put({ ...topic, deleted: topic.deleted + 1 });
      }),
  };
};
