// The queues that exist: their attributes and their messages, in the store and at work.
import { ACCOUNT } from "../gateway/service.ts";
import { type PolicyDocument, readPolicy } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { isFifo, parseRedrive, type QueueAttributes, type RedrivePolicy } from "./attributes.ts";
import { noSuchQueue } from "./errors.ts";
import type { MessageContent } from "./message.ts";
import { createQueue, type Delivery, type Queue } from "./queue.ts";

/** A queue as it is stored. */
export interface QueueState {
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** All that were set; the rest has its default. */
  readonly attributes: QueueAttributes;
}

/** A queue with what follows from its state. */
export interface OpenQueue {
  readonly state: QueueState;
  readonly arn: string;
  readonly policy: PolicyDocument | undefined;
  readonly redrive: RedrivePolicy | undefined;
  readonly fifo: boolean;
  readonly messages: Queue;
}

/** How a message comes into a queue: when it is visible, and what happened to it before. */
export type Place = Pick<Delivery, "visibleAt" | "movedAt"> & Partial<Pick<Delivery, "receiveCount">>;

export interface Queues {
  readonly find: (name: string) => OpenQueue | undefined;
  /** Throws QueueDoesNotExist. */
  readonly get: (name: string) => OpenQueue;
  readonly findByArn: (arn: string) => OpenQueue | undefined;
  readonly list: () => readonly OpenQueue[];
  readonly url: (name: string) => string;
  /** Makes a queue, or changes one and keeps its messages. */
  readonly put: (state: QueueState) => OpenQueue;
  readonly remove: (name: string) => void;
  readonly addMessage: (queue: OpenQueue, content: MessageContent, place: Place) => MessageContent;
  readonly contentOf: (delivery: Delivery) => MessageContent | undefined;
  /** Records deliveries as they are now, in one commit. */
  readonly updateMessages: (queue: OpenQueue, deliveries: readonly Delivery[]) => void;
  readonly removeMessages: (queue: OpenQueue, keys: readonly string[]) => void;
  readonly transaction: <T>(fn: () => T) => T;
}

export const queueArn = (region: string, name: string): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;

const DEFAULT_RETENTION_SECONDS = 345_600;
const SEQUENCE_DIGITS = 16;
/** Sequence numbers go on above what an earlier life of the cloud gave: a microsecond each is faster than any sender. */
const SEQUENCES_PER_MS = 1000;
/** Makes them as long as AWS's. */
const SEQUENCE_BASE = 18_800_000_000_000_000_000n;

export const createQueues = (ground: Pick<Ground, "store" | "clock" | "bus" | "endpoint">): Queues => {
  const { store, clock, bus, endpoint } = ground;
  const states = store.table<QueueState>("sqs_queues");
  const deliveries = store.table<Delivery>("sqs_deliveries");
  const contents = store.table<MessageContent>("sqs_contents");
  const queues = new Map<string, OpenQueue>();
  let sequence = clock.now() * SEQUENCES_PER_MS;

  const forget = (keys: readonly string[]): void =>
    store.transaction(() => {
      for (const key of keys) {
        deliveries.remove(key);
        contents.remove(key);
      }
    });
  const open = (state: QueueState, messages?: Queue): OpenQueue => {
    const { name } = state;
    const arn = queueArn(state.region, name);
    const queue: OpenQueue = {
      state,
      arn,
      policy: readPolicy(state.attributes["Policy"]),
      redrive: parseRedrive(state.attributes),
      fifo: isFifo(name),
      messages:
        messages ??
        createQueue({
          clock,
          name,
          fifo: isFifo(name),
          retentionMs: () =>
            Number(queues.get(name)?.state.attributes["MessageRetentionPeriod"] ?? DEFAULT_RETENTION_SECONDS) * 1000,
          expire: forget,
          onMessage: () => bus.publish("message-sent", { queueArn: arn }),
        }),
    };
    queues.set(name, queue);
    return queue;
  };
  const restore = (): void => {
    for (const [, state] of states.list()) {
      const queue = open(state);
      for (const [key, delivery] of deliveries.list({ prefix: `${state.name}/` })) {
        sequence = Math.max(sequence, Number(key.slice(-SEQUENCE_DIGITS)));
        queue.messages.add(delivery);
      }
    }
  };
  restore();

  return {
    find: (name) => queues.get(name),
    get: (name) => {
      const queue = queues.get(name);
      if (queue === undefined) throw noSuchQueue();
      return queue;
    },
    findByArn: (arn) => {
      const queue = queues.get(arn.slice(arn.lastIndexOf(":") + 1));
      return queue?.arn === arn ? queue : undefined;
    },
    list: () => [...queues.values()].toSorted((a, b) => (a.state.name < b.state.name ? -1 : 1)),
    url: (name) => `${endpoint()}/${ACCOUNT}/${name}`,
    put: (state) => {
      states.put(state.name, state);
      return open(state, queues.get(state.name)?.messages);
    },
    remove: (name) => {
      const queue = queues.get(name);
      if (queue === undefined) return;
      store.transaction(() => {
        states.remove(name);
        forget(queue.messages.list().map(({ key }) => key));
      });
      queues.delete(name);
      queue.messages.close();
    },
    addMessage: (queue, given, { visibleAt, movedAt, receiveCount = 0 }) => {
      const { fifo, state } = queue;
      const key = `${state.name}/${String(++sequence).padStart(SEQUENCE_DIGITS, "0")}`;
      const content = fifo ? { ...given, sequenceNumber: String(SEQUENCE_BASE + BigInt(sequence)) } : given;
      const delivery: Delivery = {
        key,
        sentAt: content.sentAt,
        visibleAt,
        receiveCount,
        ...(movedAt !== undefined && { movedAt }),
        ...(fifo && content.groupId !== undefined && { group: content.groupId }),
      };
      store.transaction(() => {
        contents.put(key, content);
        deliveries.put(key, delivery);
      });
      queue.messages.add(delivery);
      return content;
    },
    contentOf: ({ key }) => contents.get(key),
    updateMessages: (queue, changed) => {
      store.transaction(() => {
        for (const delivery of changed) deliveries.put(delivery.key, delivery);
      });
      for (const delivery of changed) queue.messages.update(delivery);
    },
    removeMessages: (queue, keys) => {
      forget(keys);
      for (const key of keys) queue.messages.remove(key);
    },
    transaction: store.transaction,
  };
};
