// Publish and PublishBatch, and publishing for other services.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { createFifo, idsOf, type Published } from "./fifo.ts";
import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "./limits.ts";
import { checkMessage, type Message, messageBytes, messageEntries, textsOf } from "./message.ts";
import type { Notification } from "./notification.ts";
import type { Notifier } from "./notify.ts";
import { listOf } from "./parameters.ts";
import type { Topic, Topics } from "./topics.ts";

export type Publish = (topic: Topic, message: Message, traceId?: string) => Published;

type Facts = Pick<Notification, "messageId" | "traceId" | "groupId" | "deduplicationId" | "sequenceNumber">;

/** Checks a message and hands it to every subscription that it concerns, in one commit. */
export const createPublish = (ground: Ground, topics: Topics, notifier: Notifier): Publish => {
  const { clock, store, bus, meter } = ground;
  const fifo = createFifo(ground);
  const count = (topic: Topic, name: string, value: number, unit: string): void =>
    bus.publish("metric-counted", { namespace: "AWS/SNS", name, dimensions: { TopicName: topic.name }, value, unit });

  const fanOut = (topic: Topic, message: Message, facts: Facts): void => {
    const { Subject: subject, MessageAttributes: attributes = {} } = message;
    const texts = textsOf(message);
    const sent = { ...facts, topicArn: topic.arn, subject, attributes, time: clock.now() };
    for (const subscription of topics.subscriptions(topic.arn)) {
      const text = texts[subscription.protocol] ?? texts["default"] ?? "";
      if (subscription.token !== undefined) continue;
      if (subscription.filter(attributes, text)) {
        notifier.notify(subscription, { ...sent, subscriptionArn: subscription.arn, text });
      } else count(topic, "NumberOfNotificationsFilteredOut", 1, "Count");
    }
  };

  return (topic, message, traceId) =>
    store.transaction(() => {
      checkMessage(message);
      const ids = idsOf(topic, message);
      const earlier = ids && fifo.find(topic.arn, ids.deduplicationId);
      if (earlier) return earlier;
      const messageId = randomUUID();
      const sequenceNumber = ids && fifo.next(topic.arn);
      const published = { MessageId: messageId, SequenceNumber: sequenceNumber };
      if (ids) fifo.remember(topic.arn, ids.deduplicationId, published);
      fanOut(topic, message, { ...ids, messageId, sequenceNumber, traceId });
      count(topic, "NumberOfMessagesPublished", 1, "Count");
      count(topic, "PublishSize", messageBytes(message), "Bytes");
      meter.add({ service: "sns", unit: "events", amount: 1, ...(traceId !== undefined && { trace: traceId }) });
      return published;
    });
};

/** What is wrong with a batch as a whole: code and sentence. */
const batchFault = (entries: readonly (Message & { readonly Id: string })[]): readonly [string, string] | undefined => {
  const ids = entries.map(({ Id }) => Id);
  if (ids.length === 0) return ["EmptyBatchRequest", "The batch request doesn't contain any entries."];
  if (ids.length > MAX_BATCH_ENTRIES) {
    return ["TooManyEntriesInBatchRequest", `The batch request contains more than ${MAX_BATCH_ENTRIES} entries.`];
  }
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    return ["InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification."];
  }
  if (new Set(ids).size < ids.length) {
    return ["BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."];
  }
  const bytes = entries.reduce((sum, entry) => sum + messageBytes(entry), 0);
  if (bytes <= MAX_MESSAGE_BYTES) return undefined;
  return ["BatchRequestTooLong", "The length of all the batch messages put together is more than the limit."];
};

export const publishActions = (
  { store }: Ground,
  topics: Topics,
  publish: Publish,
): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  return {
    Publish: action({ TopicArn: v.string(), ...messageEntries }, ({ TopicArn, ...message }, { traceId }) =>
      publish(topics.get(TopicArn), message, traceId),
    ),
    PublishBatch: action(
      {
        TopicArn: v.string(),
        PublishBatchRequestEntries: v.optional(listOf(v.strictObject({ Id: v.string(), ...messageEntries })), []),
      },
      ({ TopicArn, PublishBatchRequestEntries: entries }, { traceId }) => {
        const topic = topics.get(TopicArn);
        const fault = batchFault(entries);
        if (fault !== undefined) throw new AwsError(fault[0], 400, fault[1]);
        const Successful: object[] = [];
        const Failed: object[] = [];
        store.transaction(() => {
          for (const { Id, ...message } of entries) {
            try {
              Successful.push({ Id, ...publish(topic, message, traceId) });
            } catch (error) {
              if (!(error instanceof AwsError)) throw error;
              Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
            }
          }
        });
        return { Successful, Failed };
      },
    ),
  };
};
