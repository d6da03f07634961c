// The topics that exist and their subscriptions: in the store, and open for publishing.
import { ACCOUNT } from "../gateway/service.ts";
import { type PolicyDocument, readPolicy } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { scopeOf, type Texts } from "./attributes.ts";
import { notFound } from "./errors.ts";
import { compileFilterPolicy, type Filter } from "./filter-policy.ts";

interface TopicState {
  readonly arn: string;
  readonly name: string;
  /** Those that were set. */
  readonly attributes: Texts;
}

export interface Topic extends TopicState {
  readonly policy: PolicyDocument | undefined;
  readonly fifo: boolean;
}

interface SubscriptionState {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Texts;
  /** Until it is confirmed. */
  readonly token?: string | undefined;
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
  /** By their ARN. */
  readonly subscriptions: (topicArn: string) => readonly Subscription[];
  readonly findSubscription: (arn: string) => Subscription | undefined;
  /** Throws NotFound. */
  readonly getSubscription: (arn: string) => Subscription;
  readonly putSubscription: (state: SubscriptionState) => Subscription;
  readonly removeSubscription: (arn: string) => void;
}

export const topicArn = (region: string, name: string): string => `arn:aws:sns:${region}:${ACCOUNT}:${name}`;

const openTopic = (state: TopicState): Topic => ({
  ...state,
  policy: readPolicy(state.attributes["Policy"]),
  fifo: state.attributes["FifoTopic"] === "true",
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

  const ofTopic = (arn: string): readonly Subscription[] =>
    [...subscriptions.values()].filter(({ topicArn: topic }) => topic === arn);
  const removeSubscription = (arn: string): void => {
    subscriptionTable.remove(arn);
    subscriptions.delete(arn);
  };

  return {
    find: (arn) => topics.get(arn),
    get: (arn) => {
      const topic = topics.get(arn);
      if (topic === undefined) throw notFound("Topic");
      return topic;
    },
    list: () => [...topics.values()],
    put: ({ arn, name, attributes }) => {
      const state = { arn, name, attributes };
      const topic = openTopic(state);
      topicTable.put(arn, state);
      topics.set(arn, topic);
      return topic;
    },
    remove: (arn) =>
      store.transaction(() => {
        for (const each of ofTopic(arn)) removeSubscription(each.arn);
        topicTable.remove(arn);
        topics.delete(arn);
      }),
    subscriptions: ofTopic,
    findSubscription: (arn) => subscriptions.get(arn),
    getSubscription: (arn) => {
      const subscription = subscriptions.get(arn);
      if (subscription === undefined) throw notFound("Subscription");
      return subscription;
    },
    putSubscription: (state) => {
      const { filter, ...stored } = openSubscription(state);
      subscriptionTable.put(state.arn, stored);
      subscriptions.set(state.arn, { ...stored, filter });
      return { ...stored, filter };
    },
    removeSubscription,
  };
};
