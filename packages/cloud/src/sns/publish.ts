// Publish and PublishBatch, and publishing for other services.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { invalid } from "./errors.ts";
import { createFifo, type Fifo, idsOf, type Published } from "./fifo.ts";
import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "./limits.ts";
import { checkMessage, type Message, messageBytes, messageEntries, textsOf } from "./message.ts";
import type { Notifier } from "./notify.ts";
import { listOf } from "./parameters.ts";
import type { Topic, Topics } from "./topics.ts";

export type Publish = (topic: Topic, message: Message, traceId?: string) => Published;

/** Checks a message and hands it to every subscription that it concerns, in one commit. */
export const createPublish = (ground: Ground, topics: Topics, notifier: Notifier): Publish => {
  const { clock, store, bus, meter } = ground;
  const fifo = createFifo(ground);
  const count = (topic: Topic, name: string, value: number, unit: string): void =>
    bus.publish("metric-counted", { namespace: "AWS/SNS", name, dimensions: { TopicName: topic.name }, value, unit });

  const fanOut = (
    topic: Topic,
    message: Message,
    facts: { messageId: string; traceId: string | undefined; ids?: Fifo },
  ): void => {
    const { Subject: subject, MessageAttributes: attributes = {} } = message;
    const texts = textsOf(message);
    for (const subscription of topics.subscriptions(topic.arn)) {
      const text = texts[subscription.protocol] ?? texts["default"] ?? "";
      if (subscription.token !== undefined) continue;
      if (!subscription.filter(attributes, text)) {
        count(topic, "NumberOfNotificationsFilteredOut", 1, "Count");
        continue;
      }
      const { messageId, traceId, ids } = facts;
      const about = { subscriptionArn: subscription.arn, topicArn: topic.arn, messageId, traceId, time: clock.now() };
      notifier.notify(subscription, { kind: "Notification", ...about, text, subject, attributes, ...ids });
    }
  };

  return (topic, message, traceId) =>
    store.transaction(() => {
      checkMessage(message);
      const ids = idsOf(topic, message);
      const earlier = ids && fifo.find(topic.arn, ids.deduplicationId);
      if (earlier) return earlier;
      const sequenceNumber = ids && fifo.next(topic.arn);
      const published = { MessageId: randomUUID(), ...(sequenceNumber && { SequenceNumber: sequenceNumber }) };
      if (ids) fifo.remember(topic.arn, ids.deduplicationId, published);
      fanOut(topic, message, {
        messageId: published.MessageId,
        traceId,
        ...(ids && sequenceNumber && { ids: { ...ids, sequenceNumber } }),
      });
      count(topic, "NumberOfMessagesPublished", 1, "Count");
      count(topic, "PublishSize", messageBytes(message), "Bytes");
      meter.add({ service: "sns", unit: "events", amount: 1, ...(traceId !== undefined && { trace: traceId }) });
      return published;
    });
};

const batchError = (code: string, message: string): AwsError => new AwsError(code, 400, message);

const checkBatch = (entries: readonly (Message & { readonly Id: string })[]): void => {
  if (entries.length === 0) throw batchError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > MAX_BATCH_ENTRIES) {
    throw batchError(
      "TooManyEntriesInBatchRequest",
      `The batch request contains more than ${MAX_BATCH_ENTRIES} entries.`,
    );
  }
  const ids = entries.map(({ Id }) => Id);
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw batchError(
      "InvalidBatchEntryId",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw batchError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  if (entries.reduce((sum, entry) => sum + messageBytes(entry), 0) > MAX_MESSAGE_BYTES) {
    throw batchError(
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit.",
    );
  }
};

export const publishActions = (
  ground: Ground,
  topics: Topics,
  notifier: Notifier,
  publish: Publish,
): Readonly<Record<string, Action>> => {
  const action = honouring("InvalidParameter");
  return {
    Publish: action(
      {
        TopicArn: v.optional(v.string()),
        TargetArn: v.optional(v.string()),
        PhoneNumber: v.optional(v.string()),
        ...messageEntries,
      },
      ({ TopicArn, TargetArn, PhoneNumber, ...message }, { traceId }) => {
        const arn = TopicArn ?? TargetArn;
        if (arn !== undefined) return publish(topics.get(arn), message, traceId);
        if (PhoneNumber === undefined) throw invalid("TopicArn or TargetArn Reason: no value for required parameter");
        if (!/^\+[1-9]\d{1,14}$/.test(PhoneNumber))
          throw invalid(`PhoneNumber Reason: ${PhoneNumber} is not valid to publish to`);
        checkMessage(message);
        notifier.text(PhoneNumber, message.Message);
        return { MessageId: randomUUID() };
      },
    ),
    PublishBatch: action(
      {
        TopicArn: v.string(),
        PublishBatchRequestEntries: v.optional(listOf(v.strictObject({ Id: v.string(), ...messageEntries })), []),
      },
      ({ TopicArn, PublishBatchRequestEntries: entries }, { traceId }) => {
        const topic = topics.get(TopicArn);
        checkBatch(entries);
        const Successful: object[] = [];
        const Failed: object[] = [];
        ground.store.transaction(() => {
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
