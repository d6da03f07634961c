// Subscribe, ConfirmSubscription, Unsubscribe, the list of a topic's subscriptions and their attributes.
import { randomBytes, randomUUID } from "node:crypto";
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import { ACCOUNT, type Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { checkSubscription, differ, merge, type Texts } from "./attributes.ts";
import { invalid } from "./errors.ts";
import { checkEndpoint } from "./http-endpoint.ts";
import { MAX_LISTED } from "./limits.ts";
import type { Notifier } from "./notify.ts";
import { mapOf } from "./parameters.ts";
import type { Subscription, Topic, Topics } from "./topics.ts";

export interface NewSubscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Texts;
}

/** The form of an endpoint, by protocol. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  lambda: /^arn:aws:lambda:[^:]+:\d{12}:function:.+$/,
  sqs: /^arn:aws:sqs:[^:]+:\d{12}:.+$/,
  http: /^http:/,
  https: /^https:/,
  email: /^[^@\s]+@[^@\s]+$/,
  sms: /^\+[1-9]\d{1,14}$/,
};

/** Throws for a protocol that is not here, a malformed endpoint or attribute. */
export const checkNew = (
  topic: Pick<Topic, "fifo"> | undefined,
  { protocol, endpoint, attributes }: NewSubscription,
): void => {
  const form = Object.hasOwn(ENDPOINTS, protocol) ? ENDPOINTS[protocol] : undefined;
  if (form === undefined) throw unsupported(`The subscription protocol ${protocol}`);
  if (!form.test(endpoint)) throw invalid(`${protocol.toUpperCase()} endpoint ${endpoint}`);
  if (protocol.startsWith("http")) checkEndpoint(endpoint);
  if (topic?.fifo && protocol !== "sqs")
    throw invalid(`Endpoint: a FIFO topic delivers to queues only, not to ${protocol}`);
  if (protocol === "sqs" && endpoint.endsWith(".fifo") && topic?.fifo === false) {
    throw invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
  }
  checkSubscription(protocol, attributes);
};

/** Who must agree first: whoever answers at an address that SNS does not know as the account's own. */
const NEEDS_CONFIRMATION = ["http", "https", "email"];

export type Subscribe = (given: NewSubscription, traceId?: string) => Subscription;

/** Makes a subscription, or finds the one of the same topic, protocol and endpoint. */
export const createSubscribe =
  (ground: Ground, topics: Topics, notifier: Notifier): Subscribe =>
  (given, traceId) =>
    ground.store.transaction(() => {
      const { topicArn, protocol, endpoint, attributes } = given;
      checkNew(topics.get(topicArn), given);
      const same = topics
        .subscriptions(topicArn)
        .find((each) => each.protocol === protocol && each.endpoint === endpoint);
      if (same !== undefined && same.token === undefined) {
        if (!differ(attributes, same.attributes)) return same;
        throw invalid("Attributes Reason: Subscription already exists with different attributes");
      }
      const token = NEEDS_CONFIRMATION.includes(protocol) ? randomBytes(128).toString("hex") : undefined;
      const arn = same?.arn ?? `${topicArn}:${randomUUID()}`;
      const subscription = topics.putSubscription({ arn, topicArn, protocol, endpoint, attributes, token });
      if (token === undefined) return subscription;
      const text = `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
      notifier.notify(subscription, { subscriptionArn: arn, topicArn, messageId: randomUUID(), text, attributes: {}, time: ground.clock.now(), token, traceId }); // prettier-ignore
      return subscription;
    });

/** Sets attributes of a subscription; an empty text takes one back. */
export const setSubscriptionAttributes = (topics: Topics, subscription: Subscription, given: Texts): void => {
  const attributes = merge(subscription.attributes, given);
  checkSubscription(subscription.protocol, attributes);
  topics.putSubscription({ ...subscription, attributes });
};

const facts = ({ topicArn, protocol, endpoint }: Subscription): Texts => ({
  Owner: ACCOUNT,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const shown = (subscription: Subscription): Texts => ({
  RawMessageDelivery: "false",
  ...(subscription.attributes["FilterPolicy"] !== undefined && { FilterPolicyScope: "MessageAttributes" }),
  ...subscription.attributes,
  ...facts(subscription),
  SubscriptionArn: subscription.arn,
  PendingConfirmation: String(subscription.token !== undefined),
});

const settingActions = (topics: Topics): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  return {
    ListSubscriptionsByTopic: action(
      { TopicArn: v.string(), NextToken: v.optional(v.string()) },
      ({ TopicArn, NextToken: token }) => {
        const inOrder = topics.subscriptions(topics.get(TopicArn).arn).toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
        const entries = inOrder.map((each) => [each.arn, each] as const);
        const { items, next } = pageOf(entries, { limit: MAX_LISTED, token });
        const Subscriptions = items.map((each) => ({
          SubscriptionArn: each.token === undefined ? each.arn : "PendingConfirmation",
          ...facts(each),
        }));
        return { Subscriptions, NextToken: next };
      },
    ),
    GetSubscriptionAttributes: action({ SubscriptionArn: v.string() }, ({ SubscriptionArn }) => ({
      Attributes: new Map(Object.entries(shown(topics.getSubscription(SubscriptionArn)))),
    })),
    SetSubscriptionAttributes: action(
      { SubscriptionArn: v.string(), AttributeName: v.string(), AttributeValue: v.optional(v.string(), "") },
      ({ SubscriptionArn, AttributeName, AttributeValue }) =>
        setSubscriptionAttributes(topics, topics.getSubscription(SubscriptionArn), { [AttributeName]: AttributeValue }),
    ),
  };
};

export const subscriptionActions = (topics: Topics, subscribe: Subscribe): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  return {
    Subscribe: action(
      {
        TopicArn: v.string(),
        Protocol: v.string(),
        Endpoint: v.optional(v.string(), ""),
        Attributes: v.optional(mapOf(v.string()), {}),
        ReturnSubscriptionArn: v.optional(v.picklist(["true", "false"])),
      },
      ({ TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint, ...more }, { traceId }) => {
        const { arn, token } = subscribe({ topicArn, protocol, endpoint, attributes: more.Attributes }, traceId);
        const isShown = token === undefined || more.ReturnSubscriptionArn === "true";
        return { SubscriptionArn: isShown ? arn : "pending confirmation" };
      },
    ),
    ConfirmSubscription: action({ TopicArn: v.string(), Token: v.string() }, ({ TopicArn, Token }) => {
      const pending = topics.subscriptions(topics.get(TopicArn).arn).find(({ token }) => token === Token);
      if (pending === undefined) throw invalid("Token");
      return { SubscriptionArn: topics.putSubscription({ ...pending, token: undefined }).arn };
    }),
    Unsubscribe: action({ SubscriptionArn: v.string() }, ({ SubscriptionArn }, { principal }) => {
      const protocol = topics.findSubscription(SubscriptionArn)?.protocol ?? "";
      // Whoever got a link in an HTTP or e-mail message may leave with it; other subscriptions are the account's.
      if (principal.kind === "anonymous" && !NEEDS_CONFIRMATION.includes(protocol)) {
        throw new AwsError("AuthorizationError", 403, "Access Denied");
      }
      topics.removeSubscription(SubscriptionArn);
    }),
    ...settingActions(topics),
  };
};
