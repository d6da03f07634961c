// Subscribe, ConfirmSubscription, Unsubscribe, the lists of subscriptions and their attributes.
import { randomBytes, randomUUID } from "node:crypto";
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { ACCOUNT, type Action, type Call } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { checkSubscription, SUBSCRIPTION_ATTRIBUTES, type Texts } from "./attributes.ts";
import { invalid, notFound } from "./errors.ts";
import { checkEndpoint } from "./http-endpoint.ts";
import type { Notifier } from "./notify.ts";
import { mapOf } from "./parameters.ts";
import { page } from "./topic-actions.ts";
import type { Subscription, SubscriptionState, Topic, Topics } from "./topics.ts";

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
  http: /^/,
  https: /^/,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
  sms: /^\+[1-9]\d{1,14}$/,
};

/** Throws for a protocol that is not here, a malformed endpoint or attribute. */
export const checkNew = (topic: Topic | undefined, { protocol, endpoint, attributes }: NewSubscription): void => {
  if (["application", "firehose"].includes(protocol)) throw unsupported(`The subscription protocol ${protocol}`);
  const form = Object.hasOwn(ENDPOINTS, protocol) ? ENDPOINTS[protocol] : undefined;
  if (form === undefined) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
  if (!form.test(endpoint)) throw invalid(`${protocol.toUpperCase()} endpoint ${endpoint}`);
  if (protocol.startsWith("http")) checkEndpoint(protocol, endpoint);
  if (topic?.fifo && protocol !== "sqs")
    throw invalid(`Endpoint: a FIFO topic delivers to queues only, not to ${protocol}`);
  if (protocol === "sqs" && endpoint.endsWith(".fifo") && topic?.fifo === false) {
    throw invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
  }
  checkSubscription(protocol, attributes);
};

/** Who must agree first: whoever answers at an address that SNS does not know as the account's own. */
const NEEDS_CONFIRMATION = ["http", "https", "email", "email-json"];

export type Subscribe = (given: NewSubscription, traceId?: string) => Subscription;

/** Makes a subscription, or finds the one of the same topic, protocol and endpoint. */
export const createSubscribe =
  (ground: Ground, topics: Topics, notifier: Notifier): Subscribe =>
  (given, traceId) =>
    ground.store.transaction(() => {
      const { topicArn, protocol, endpoint, attributes } = given;
      const topic = topics.get(topicArn);
      checkNew(topic, given);
      const same = topics
        .subscriptions(topicArn)
        .find((each) => each.protocol === protocol && each.endpoint === endpoint);
      if (same !== undefined && same.token === undefined) {
        const different = SUBSCRIPTION_ATTRIBUTES.some(
          (name) => attributes[name] !== undefined && attributes[name] !== same.attributes[name],
        );
        if (different) throw invalid("Attributes Reason: Subscription already exists with different attributes");
        return same;
      }
      const token = NEEDS_CONFIRMATION.includes(protocol) ? randomBytes(128).toString("hex") : undefined;
      const arn = same?.arn ?? `${topicArn}:${randomUUID()}`;
      const state: SubscriptionState = { arn, topicArn, protocol, endpoint, attributes, authenticated: true };
      const subscription = topics.putSubscription({ ...state, ...(token !== undefined && { token }) });
      if (token !== undefined) {
        const text = `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
        const about = {
          subscriptionArn: arn,
          topicArn,
          messageId: randomUUID(),
          attributes: {},
          time: ground.clock.now(),
        };
        notifier.notify(subscription, { kind: "SubscriptionConfirmation", ...about, text, token, traceId });
      }
      return subscription;
    });

/** Sets attributes of a subscription; an empty text takes one back. */
export const setSubscriptionAttributes = (topics: Topics, subscription: Subscription, given: Texts): Subscription => {
  const merged = Object.entries({ ...subscription.attributes, ...given }).filter(([, value]) => value !== "");
  const attributes = Object.fromEntries(merged);
  checkSubscription(subscription.protocol, attributes);
  return topics.putSubscription({ ...subscription, attributes });
};

const summary = ({ arn, topicArn, protocol, endpoint, token }: Subscription): object => ({
  SubscriptionArn: token === undefined ? arn : "PendingConfirmation",
  Owner: ACCOUNT,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const shown = (subscription: Subscription): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      RawMessageDelivery: "false",
      ...(subscription.attributes["FilterPolicy"] !== undefined && { FilterPolicyScope: "MessageAttributes" }),
      ...subscription.attributes,
      SubscriptionArn: subscription.arn,
      TopicArn: subscription.topicArn,
      Protocol: subscription.protocol,
      Endpoint: subscription.endpoint,
      Owner: ACCOUNT,
      PendingConfirmation: String(subscription.token !== undefined),
      ConfirmationWasAuthenticated: String(subscription.authenticated),
      SubscriptionPrincipal: `arn:aws:iam::${ACCOUNT}:root`,
    }),
  );

const confirm = (
  topics: Topics,
  topicArn: string,
  token: string,
  { principal }: Pick<Call, "principal">,
): Subscription => {
  topics.get(topicArn);
  const pending = topics.subscriptions(topicArn).find((each) => each.token === token);
  if (pending === undefined) throw invalid("Token");
  const { token: _used, filter: _filter, ...state } = pending;
  return topics.putSubscription({ ...state, authenticated: principal.kind !== "anonymous" });
};

export const subscriptionActions = (topics: Topics, subscribe: Subscribe): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  const flag = v.optional(v.picklist(["true", "false"]), "false");
  return {
    Subscribe: action(
      {
        TopicArn: v.string(),
        Protocol: v.string(),
        Endpoint: v.optional(v.string(), ""),
        Attributes: v.optional(mapOf(v.string()), {}),
        ReturnSubscriptionArn: flag,
      },
      (
        { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint, Attributes: attributes, ...rest },
        { traceId },
      ) => {
        const { arn, token } = subscribe({ topicArn, protocol, endpoint, attributes }, traceId);
        const shownArn = token === undefined || rest.ReturnSubscriptionArn === "true";
        return { SubscriptionArn: shownArn ? arn : "pending confirmation" };
      },
    ),
    ConfirmSubscription: action({ TopicArn: v.string(), Token: v.string() }, ({ TopicArn, Token }, call) => ({
      SubscriptionArn: confirm(topics, TopicArn, Token, call).arn,
    })),
    Unsubscribe: action({ SubscriptionArn: v.string() }, ({ SubscriptionArn }, { principal }) => {
      const subscription = topics.findSubscription(SubscriptionArn);
      // Whoever got a link in an HTTP or e-mail message may leave with it; other subscriptions are the account's.
      if (principal.kind === "anonymous" && !NEEDS_CONFIRMATION.includes(subscription?.protocol ?? "")) {
        throw new AwsError("AuthorizationError", 403, "Access Denied");
      }
      if (subscription !== undefined) topics.removeSubscription(SubscriptionArn);
    }),
    ListSubscriptions: action({ NextToken: v.optional(v.string()) }, ({ NextToken }) => {
      const { items, next } = page(topics.subscriptions(), NextToken);
      return { Subscriptions: items.map(summary), NextToken: next };
    }),
    ListSubscriptionsByTopic: action(
      { TopicArn: v.string(), NextToken: v.optional(v.string()) },
      ({ TopicArn, NextToken }) => {
        topics.get(TopicArn);
        const { items, next } = page(topics.subscriptions(TopicArn), NextToken);
        return { Subscriptions: items.map(summary), NextToken: next };
      },
    ),
    GetSubscriptionAttributes: action({ SubscriptionArn: v.string() }, ({ SubscriptionArn }) => ({
      Attributes: shown(topics.getSubscription(SubscriptionArn)),
    })),
    SetSubscriptionAttributes: action(
      { SubscriptionArn: v.string(), AttributeName: v.string(), AttributeValue: v.optional(v.string(), "") },
      ({ SubscriptionArn, AttributeName, AttributeValue }) => {
        const subscription = topics.findSubscription(SubscriptionArn);
        if (subscription === undefined) throw notFound("Subscription");
        setSubscriptionAttributes(topics, subscription, { [AttributeName]: AttributeValue });
      },
    ),
  };
};
