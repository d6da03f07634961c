// Hands notifications to subscribers: functions and queues at once, HTTP endpoints with retries, people through the outbox.
import { randomUUID } from "node:crypto";
import { createDeliveries, type Deliveries, type Job } from "../deliveries/deliveries.ts";
import type { Principal } from "../gateway/service.ts";
import type { Deliver, Ground, OutboxMessage } from "../ports.ts";
import { deadLetterQueueOf } from "./attributes.ts";
import { post, retryInMs } from "./http-endpoint.ts";
import { KEPT_OUTBOX } from "./limits.ts";
import { envelopeOf, lambdaEventOf, type Notification, subscribeUrl, unsubscribeUrl } from "./notification.ts";
import type { Subscription, Topics } from "./topics.ts";

export interface Notifier extends Pick<Deliveries<Notification>, "start" | "close"> {
  /** In the caller's transaction. */
  readonly notify: (subscription: Subscription, notification: Notification) => void;
  readonly outbox: () => readonly OutboxMessage[];
}

const SNS: Principal = { kind: "service", name: "sns.amazonaws.com" };

const isFifo = (arn: string): boolean => arn.endsWith(".fifo");

const isRaw = ({ attributes }: Subscription): boolean => attributes["RawMessageDelivery"] === "true";

/** What a person reads. */
const letterOf = ({ protocol }: Subscription, notification: Notification, endpoint: string) => {
  const { token, topicArn, subscriptionArn, text, subject = "AWS Notification Message" } = notification;
  if (protocol === "sms") return { channel: "sms" as const, body: text };
  if (token !== undefined) {
    const body = `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm: ${subscribeUrl(endpoint, topicArn, token)}`;
    return { channel: "email" as const, subject: "AWS Notification - Subscription Confirmation", body, code: token };
  }
  const body = `${text}\n\n--\nTo stop receiving notifications: ${unsubscribeUrl(endpoint, subscriptionArn)}`;
  return { channel: "email" as const, subject, body };
};

export const createNotifier = (ground: Ground, topics: Topics, deliver: Deliver): Notifier => {
  const { clock, bus, faults, report, traces, endpoint } = ground;
  const outbox: OutboxMessage[] = [];
  const closing = new AbortController();

  const count = (topicArn: string, name: string): void => {
    const dimensions = { TopicName: topicArn.split(":").at(-1) ?? "" };
    bus.publish("metric-counted", { namespace: "AWS/SNS", name, dimensions, value: 1, unit: "Count" });
  };
  const toPerson = (subscription: Subscription, notification: Notification): void => {
    const about = {
      id: randomUUID(),
      time: new Date(clock.now()).toISOString(),
      from: "sns",
      to: subscription.endpoint,
    };
    outbox.push({ ...about, ...letterOf(subscription, notification, endpoint()) });
    if (outbox.length > KEPT_OUTBOX) outbox.shift();
  };
  const toQueue = (queueArn: string, raw: boolean, notification: Notification): void => {
    const { topicArn, text, attributes, groupId, deduplicationId, traceId } = notification;
    deliver({
      targetArn: queueArn,
      principal: SNS,
      sourceArn: topicArn,
      body: raw ? text : envelopeOf(notification, endpoint()),
      ...(raw && { typedAttributes: attributes }),
      ...(isFifo(queueArn) && groupId !== undefined && { messageGroupId: groupId }),
      ...(isFifo(queueArn) && deduplicationId !== undefined && { deduplicationId }),
      ...(traceId !== undefined && { traceId }),
    });
  };
  const toFunction = (functionArn: string, notification: Notification): void => {
    const { topicArn, traceId, time } = notification;
    const body = lambdaEventOf(notification, endpoint());
    deliver({ targetArn: functionArn, principal: SNS, sourceArn: topicArn, body, ...(traceId && { traceId }) });
    if (traceId === undefined) return;
    const name = `sns → ${functionArn.split(":").at(6) ?? ""}`;
    const waitMs = clock.now() - time;
    traces.add({ trace: traceId, kind: "delivery", name, resource: topicArn, start: time, ms: 0, waitMs, status: "ok" }); // prettier-ignore
  };
  const once = (subscription: Subscription, notification: Notification): Promise<void> | undefined => {
    const { protocol, endpoint: to } = subscription;
    const raw = isRaw(subscription);
    if (protocol.startsWith("http"))
      return post(to, notification, { raw, endpoint: endpoint(), signal: closing.signal });
    if (protocol === "lambda") toFunction(to, notification);
    else if (protocol === "sqs") toQueue(to, raw, notification);
    else toPerson(subscription, notification);
    return undefined;
  };

  const attempt = ({ what }: Job<Notification>): Promise<void> | undefined => {
    const subscription = topics.findSubscription(what.subscriptionArn);
    if (subscription === undefined) return undefined; // it was removed in the meantime
    const occurrence = { service: "sns", action: "Deliver", resource: what.topicArn };
    const times = faults.strike(["duplicate"], occurrence) === undefined ? [1] : [1, 2];
    const posts = times.flatMap(() => once(subscription, what) ?? []);
    const delivered = (): void => count(what.topicArn, "NumberOfNotificationsDelivered");
    if (posts.length > 0) return Promise.all(posts).then(delivered);
    delivered();
    return undefined;
  };
  const giveUp = ({ what }: Job<Notification>, error: unknown): void => {
    const subscription = topics.findSubscription(what.subscriptionArn);
    if (subscription === undefined) return;
    count(what.topicArn, "NumberOfNotificationsFailed");
    const queueArn = deadLetterQueueOf(subscription.attributes);
    const failure = `${what.topicArn}: the message ${what.messageId} was not delivered to ${subscription.endpoint}`;
    if (queueArn === undefined || what.token !== undefined) return report(failure, error);
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
    // A function or queue of this cloud that refuses will refuse again: a client error, which SNS does not retry.
    retryInMs: ({ what, attempts }, error) =>
      topics.findSubscription(what.subscriptionArn)?.protocol.startsWith("http")
        ? retryInMs(attempts, error)
        : undefined,
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
    outbox: () => outbox,
  };
};
