// ReceiveMessage: takes visible messages, moves poison ones to the dead-letter queue, and waits when there is none.
import type { Action, Input } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { invalidValue, sqsError } from "./errors.ts";
import { MAX_BATCH_ENTRIES, MAX_IN_FLIGHT, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import { attributesMd5, type MessageAttributes, type MessageContent } from "./message.ts";
import { honour, queueOf, settingSeconds } from "./parameters.ts";
import type { Delivery } from "./queue.ts";
import type { OpenQueue, Queues } from "./queues.ts";
import { handleOf, newReceipt } from "./receipt.ts";

interface Wish {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
  readonly systemNames: readonly string[];
  readonly attributeNames: readonly string[];
}

const HONOURED = [
  "QueueUrl",
  "MaxNumberOfMessages",
  "VisibilityTimeout",
  "WaitTimeSeconds",
  "AttributeNames",
  "MessageSystemAttributeNames",
  "MessageAttributeNames",
];

const numberIn = (input: Input, name: string, [from, to]: readonly [number, number], standard: number): number => {
  const value = input[name] ?? standard;
  if (Number.isInteger(value) && Number(value) >= from && Number(value) <= to) return Number(value);
  throw invalidValue(name, value, `Must be between ${from} and ${to}, if provided.`);
};

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const readWish = (input: Input, queue: OpenQueue): Wish => {
  const visibility = settingSeconds(queue, "VisibilityTimeout");
  const wait = settingSeconds(queue, "ReceiveMessageWaitTimeSeconds");
  return {
    limit: numberIn(input, "MaxNumberOfMessages", [1, MAX_BATCH_ENTRIES], 1),
    visibilityMs: numberIn(input, "VisibilityTimeout", [0, MAX_VISIBILITY_SECONDS], visibility) * 1000,
    waitMs: numberIn(input, "WaitTimeSeconds", [0, MAX_WAIT_SECONDS], wait) * 1000,
    systemNames: [...namesIn(input["AttributeNames"]), ...namesIn(input["MessageSystemAttributeNames"])],
    attributeNames: namesIn(input["MessageAttributeNames"]),
  };
};

const systemAttributes = (content: MessageContent, delivery: Delivery, names: readonly string[]): object => {
  const all: Readonly<Record<string, string | undefined>> = {
    SenderId: content.senderId,
    SentTimestamp: String(content.sentAt),
    ApproximateReceiveCount: String(delivery.receiveCount),
    ApproximateFirstReceiveTimestamp: String(delivery.firstReceivedAt),
    AWSTraceHeader: content.traceHeader,
    DeadLetterQueueSourceArn: content.deadLetterSourceArn,
  };
  const wanted = Object.entries(all).filter(
    ([name, value]) => value !== undefined && (names.includes("All") || names.includes(name)),
  );
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
};

/** `All`, `.*`, a name, or a prefix that ends in `.*`. */
const isWanted = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : pattern === "All" || pattern === name,
  );

const messageAttributes = (attributes: MessageAttributes, patterns: readonly string[]): object => {
  const wanted = Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name, patterns)));
  const digest = attributesMd5(wanted);
  return digest === undefined ? {} : { MessageAttributes: wanted, MD5OfMessageAttributes: digest };
};

const shown = (content: MessageContent, delivery: Delivery, wish: Wish): object => ({
  MessageId: content.id,
  ReceiptHandle: handleOf(delivery),
  MD5OfBody: content.bodyMd5,
  Body: content.body,
  ...systemAttributes(content, delivery, wish.systemNames),
  ...messageAttributes(content.attributes, wish.attributeNames),
});

/** Id, body, attributes and time of sending stay; the receive count goes on. */
const moveToDeadLetters = (queues: Queues, from: OpenQueue, to: OpenQueue, delivery: Delivery): void => {
  const content = queues.contentOf(delivery);
  queues.transaction(() => {
    queues.removeMessages(from, [delivery.key]);
    if (content === undefined) return;
    queues.addMessage(to, { ...content, deadLetterSourceArn: from.arn }, delivery.visibleAt, delivery.receiveCount);
  });
};

export const createReceive = (queues: Queues, clock: Ground["clock"]) => {
  /** Moves poison messages away; answers whether there were any. */
  const redrive = (queue: OpenQueue, found: readonly Delivery[]): boolean => {
    if (queue.redrive === undefined) return false;
    const { maxReceiveCount, deadLetterTargetArn } = queue.redrive;
    const target = queues.findByArn(deadLetterTargetArn);
    const poison = found.filter(({ receiveCount }) => receiveCount >= maxReceiveCount);
    if (target === undefined || poison.length === 0) return false;
    for (const delivery of poison) moveToDeadLetters(queues, queue, target, delivery);
    return true;
  };

  const take = (queue: OpenQueue, wish: Wish): readonly object[] => {
    let found = queue.messages.visible(wish.limit);
    while (redrive(queue, found)) found = queue.messages.visible(wish.limit);
    if (found.length === 0) return [];
    if (queue.messages.hidden() >= MAX_IN_FLIGHT && queue.messages.counts().inFlight >= MAX_IN_FLIGHT) {
      throw sqsError("OverLimit", "The maximum number of in flight messages is reached.");
    }
    const now = clock.now();
    const taken = found.map((delivery): Delivery => ({
      ...delivery,
      visibleAt: now + wish.visibilityMs,
      receiveCount: delivery.receiveCount + 1,
      firstReceivedAt: delivery.firstReceivedAt ?? now,
      lastReceivedAt: now,
      receipt: newReceipt(),
    }));
    queues.updateMessages(queue, taken);
    return taken.flatMap((delivery) => {
      const content = queues.contentOf(delivery);
      return content === undefined ? [] : [shown(content, delivery, wish)];
    });
  };

  /** Resolves with the next sign of a message, or when the time is over. */
  const nextSign = (queue: OpenQueue, deadline: number, waitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        stop();
        timer.cancel();
        clearTimeout(patience);
        resolve();
      };
      const stop = queue.messages.onVisible(done);
      const timer = clock.at(deadline, `sqs: long poll of ${queue.state.name} ends`, done);
      // A frozen clock would keep a client waiting for ever: there its own time counts as well.
      const patience = clock.mode() === "frozen" ? setTimeout(done, waitMs).unref() : undefined;
    });

  return async (queue: OpenQueue, wish: Wish): Promise<readonly object[]> => {
    const { name } = queue.state;
    const deadline = clock.now() + wish.waitMs;
    const giveUp = performance.now() + wish.waitMs;
    let messages = take(queue, wish);
    while (messages.length === 0 && clock.now() < deadline && performance.now() < giveUp) {
      await nextSign(queue, deadline, giveUp - performance.now());
      const current = queues.find(name);
      if (current === undefined) break;
      messages = take(current, wish);
    }
    return messages;
  };
};

export const receiveActions = (queues: Queues, clock: Ground["clock"]): Readonly<Record<string, Action>> => {
  const receive = createReceive(queues, clock);
  return {
    ReceiveMessage: async ({ input }) => {
      honour(input, HONOURED);
      const queue = queueOf(queues, input);
      const messages = await receive(queue, readWish(input, queue));
      return messages.length === 0 ? {} : { Messages: messages };
    },
  };
};
