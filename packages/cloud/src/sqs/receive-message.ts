// ReceiveMessage: takes visible messages, and waits when there is none.
import type { Action, Input } from "../gateway/service.ts";
import { MAX_BATCH_ENTRIES, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import { attributesMd5, type MessageAttributes } from "./message.ts";
import { honours, numberIn, queueOf, settingSeconds, textsOf } from "./parameters.ts";
import type { SqsParts } from "./parts.ts";
import type { OpenQueue } from "./queues.ts";
import { handleOf } from "./receipt.ts";
import { systemAttributes, type Received, type Take, type TakeOptions } from "./receive.ts";

interface Wish extends TakeOptions {
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

const readWish = (input: Input, queue: OpenQueue): Wish => {
  const visibility = settingSeconds(queue, "VisibilityTimeout");
  const wait = settingSeconds(queue, "ReceiveMessageWaitTimeSeconds");
  return {
    limit: numberIn(input, "MaxNumberOfMessages", [1, MAX_BATCH_ENTRIES], 1),
    visibilityMs: numberIn(input, "VisibilityTimeout", [0, MAX_VISIBILITY_SECONDS], visibility) * 1000,
    waitMs: numberIn(input, "WaitTimeSeconds", [0, MAX_WAIT_SECONDS], wait) * 1000,
    systemNames: [...textsOf(input["AttributeNames"]), ...textsOf(input["MessageSystemAttributeNames"])],
    attributeNames: textsOf(input["MessageAttributeNames"]),
  };
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

const shown = (received: Received, wish: Wish): object => {
  const { content, delivery } = received;
  const names = wish.systemNames;
  const wanted = Object.entries(systemAttributes(received)).filter(
    ([name]) => names.includes("All") || names.includes(name),
  );
  return {
    MessageId: content.id,
    ReceiptHandle: handleOf(delivery),
    MD5OfBody: content.bodyMd5,
    Body: content.body,
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...messageAttributes(content.attributes, wish.attributeNames),
  };
};

/** Takes messages, or waits for some. */
const createReceive = ({ ground, queues }: SqsParts, take: Take) => {
  const { clock } = ground;

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

  return async (queue: OpenQueue, wish: Wish): Promise<readonly Received[]> => {
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

export const receiveActions = (parts: SqsParts, take: Take): Readonly<Record<string, Action>> => {
  const receive = createReceive(parts, take);
  return {
    ReceiveMessage: honours(HONOURED, async ({ input }) => {
      const queue = queueOf(parts.queues, input);
      const wish = readWish(input, queue);
      const received = await receive(queue, wish);
      return received.length === 0 ? {} : { Messages: received.map((each) => shown(each, wish)) };
    }),
  };
};
