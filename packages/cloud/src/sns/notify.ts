// Hands notifications to subscribers: functions and queues at once, HTTP endpoints with retries, people through the outbox.
import { randomUUID } from "node:crypto";
import { createDeliveries, type Deliveries, type Job } from "../deliveries/deliveries.ts";
import type { Principal } from "../gateway/service.ts";
import type { Deliver, Ground, OutboxMessage } from "../ports.ts";
import { parseDeliveryPolicy, parseRedrive } from "./attributes.ts";
import { post, retryInMs } from "./http-endpoint.ts";
import { KEPT_OUTBOX } from "./limits.ts";
import {
  envelopeOf,
  lambdaEventOf,
  type Links,
  type Notification,
  subscribeUrl,
  unsubscribeUrl,
} from "./notification.ts";
import type { Subscription, Topics } from "./topics.ts";

export interface Notifier extends Pick<Deliveries<Notification>, "start" | "close"> {
  /** In the caller's transaction. */
  readonly notify: (subscription: Subscription, notification: Notification) => void;
  /** A text message to a telephone number. */
  readonly text: (to: string, body: string) => void;
  readonly outbox: () => readonly OutboxMessage[];
}

export const SNS: Principal = { kind: "service", name: "sns.amazonaws.com" };

const isFifo = (arn: string): boolean => arn.endsWith(".fifo");

const isRaw = ({ attributes }: Subscription): boolean => attributes["RawMessageDelivery"] === "true";

export const createNotifier = (ground: Ground, topics: Topics, deliver: Deliver): Notifier => {
  const { clock, bus, faults, report, traces } = ground;
  const messages: OutboxMessage[] = [];
  const closing = new AbortController();

  const linksFor = (topicArn: string): Links => ({
    endpoint: ground.endpoint(),
    signatureVersion: topics.find(topicArn)?.attributes["SignatureVersion"] ?? "1",
  });
  const count = (topicArn: string, name: string): void => {
    const dimensions = { TopicName: topicArn.split(":").at(-1) ?? "" };
    bus.publish("metric-counted", { namespace: "AWS/SNS", name, dimensions, value: 1, unit: "Count" });
  };
  const mail = (message: Pick<OutboxMessage, "channel" | "to" | "body" | "subject" | "code">): void => {
    messages.push({ id: randomUUID(), time: new Date(clock.now()).toISOString(), from: "sns", ...message });
    if (messages.length > KEPT_OUTBOX) messages.shift();
  };

  const toPerson = ({ protocol, endpoint }: Subscription, notification: Notification): void => {
    const { kind, token = "", topicArn, subscriptionArn, text, subject } = notification;
    const base = ground.endpoint();
    if (kind === "SubscriptionConfirmation") {
      const body = `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm: ${subscribeUrl(base, topicArn, token)}`;
      return mail({
        channel: "email",
        to: endpoint,
        subject: "AWS Notification - Subscription Confirmation",
        body,
        code: token,
      });
    }
    if (protocol === "sms") return mail({ channel: "sms", to: endpoint, body: text });
    const body =
      protocol === "email-json"
        ? envelopeOf(notification, linksFor(topicArn))
        : `${text}\n\n--\nTo stop receiving notifications: ${unsubscribeUrl(base, subscriptionArn)}`;
    mail({ channel: "email", to: endpoint, subject: subject ?? "AWS Notification Message", body });
  };
  const toQueue = (queueArn: string, raw: boolean, notification: Notification): void => {
    const { topicArn, text, attributes, groupId, deduplicationId, traceId } = notification;
    deliver({
      targetArn: queueArn,
      principal: SNS,
      sourceArn: topicArn,
      body: raw ? text : envelopeOf(notification, linksFor(topicArn)),
      ...(raw && { typedAttributes: attributes }),
      ...(isFifo(queueArn) && groupId !== undefined && { messageGroupId: groupId }),
      ...(isFifo(queueArn) && deduplicationId !== undefined && { deduplicationId }),
      ...(traceId !== undefined && { traceId }),
    });
  };
  const toFunction = (functionArn: string, notification: Notification): void => {
    const { topicArn, traceId, time } = notification;
    const body = lambdaEventOf(notification, linksFor(topicArn));
    deliver({ targetArn: functionArn, principal: SNS, sourceArn: topicArn, body, ...(traceId && { traceId }) });
    if (traceId === undefined) return;
    const name = `sns → ${functionArn.split(":").at(6) ?? ""}`;
    const waitMs = clock.now() - time;
    traces.add({
      trace: traceId,
      kind: "delivery",
      name,
      resource: topicArn,
      start: time,
      ms: 0,
      waitMs,
      status: "ok",
    });
  };
  const once = (subscription: Subscription, notification: Notification): Promise<void> | undefined => {
    const { protocol, endpoint, topicArn } = subscription;
    if (protocol === "lambda") toFunction(endpoint, notification);
    else if (protocol === "sqs") toQueue(endpoint, isRaw(subscription), notification);
    else if (protocol.startsWith("http")) {
      return post(endpoint, notification, {
        raw: isRaw(subscription),
        links: linksFor(topicArn),
        signal: closing.signal,
      });
    } else toPerson(subscription, notification);
    return undefined;
  };

  const attempt = ({ what }: Job<Notification>): Promise<void> | undefined => {
    const subscription = topics.findSubscription(what.subscriptionArn);
    if (subscription === undefined) return undefined; // it was removed in the meantime
    const occurrence = { service: "sns", action: "Deliver", resource: what.topicArn };
    const twice = faults.strike(["duplicate"], occurrence) !== undefined;
    const done = once(subscription, what);
    if (twice && done === undefined) void once(subscription, what);
    const delivered = (): void => count(what.topicArn, "NumberOfNotificationsDelivered");
    if (done === undefined) {
      delivered();
      return undefined;
    }
    return done.then(() => (twice ? once(subscription, what) : undefined)).then(delivered);
  };
  const giveUp = ({ what }: Job<Notification>, error: unknown): void => {
    const subscription = topics.findSubscription(what.subscriptionArn);
    if (subscription === undefined) return;
    count(what.topicArn, "NumberOfNotificationsFailed");
    const queueArn = parseRedrive(subscription.attributes["RedrivePolicy"]);
    const failure = `${what.topicArn}: the message ${what.messageId} was not delivered to ${subscription.endpoint}`;
    if (queueArn === undefined || what.kind !== "Notification") return report(failure, error);
    try {
      toQueue(queueArn, isRaw(subscription), what);
      count(what.topicArn, "NumberOfNotificationsRedrivenToDlq");
    } catch (refused) {
      count(what.topicArn, "NumberOfNotificationsFailedToRedriveToDlq");
      report(`${failure}, nor to its dead-letter queue`, refused);
    }
  };

  const deliveries = createDeliveries<Notification>(ground, {
    table: "sns_deliveries",
    label: "sns: delivery",
    attempt,
    retryInMs: ({ what, attempts }, error) => {
      const subscription = topics.findSubscription(what.subscriptionArn);
      // A function or queue of this cloud that refuses will refuse again: a client error, which SNS does not retry.
      if (subscription === undefined || !subscription.protocol.startsWith("http")) return undefined;
      return retryInMs(parseDeliveryPolicy(subscription.attributes["DeliveryPolicy"]), attempts, error);
    },
    giveUp,
  });
  return {
    start: deliveries.start,
    close: () => {
      deliveries.close();
      closing.abort();
    },
    notify: ({ protocol }, notification) =>
      protocol.startsWith("http") ? deliveries.enqueue(notification) : deliveries.handOver(notification),
    text: (to, body) => mail({ channel: "sms", to, body }),
    outbox: () => messages,
  };
};
