// A queue at work: which messages may be received now, which come later, and who waits for one.
import type { Clock, Timer } from "../clock/clock.ts";
import type { Table } from "../store/store.ts";
import type { MessageContent } from "./message.ts";

/** What changes about a message. */
export interface Delivery {
  readonly key: string;
  readonly sentAt: number;
  /** When it may be received (again). */
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  readonly lastReceivedAt?: number;
  /** Part of the newest receipt handle; absent until the first receive. */
  readonly receipt?: string;
}

export interface MessageTables {
  readonly deliveries: Table<Delivery>;
  readonly contents: Table<MessageContent>;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Queue {
  readonly add: (delivery: Delivery) => void;
  /** Up to `limit` messages that may be received now, oldest first. They stay until `update` or `remove`. */
  readonly visible: (limit: number) => readonly Delivery[];
  readonly find: (key: string) => Delivery | undefined;
  readonly update: (delivery: Delivery) => void;
  readonly remove: (key: string) => void;
  readonly keys: () => readonly string[];
  readonly counts: () => Counts;
  /** In flight and delayed together, without counting them. */
  readonly hidden: () => number;
  /** Calls back when a message may have become visible, once; the returned function stops the waiting. */
  readonly onVisible: (listener: () => void) => () => void;
  readonly close: () => void;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly retentionMs: () => number;
  /** Removes messages for good: expired ones. */
  readonly expire: (keys: readonly string[]) => void;
  readonly onMessage: () => void;
}

export const createQueue = ({ clock, name, retentionMs, expire, onMessage }: QueueOptions): Queue => {
  const ready = new Map<string, Delivery>();
  const waiting = new Map<string, Delivery>();
  const listeners = new Set<() => void>();
  let timer: Timer | undefined;
  let nextDue = Number.POSITIVE_INFINITY;

  const announce = (): void => {
    onMessage();
    const [first] = listeners;
    if (first === undefined) return;
    listeners.delete(first);
    first();
  };
  const arm = (due: number): void => {
    if (due >= nextDue) return;
    timer?.cancel();
    nextDue = due;
    timer = clock.at(due, `sqs: messages of ${name} become visible`, promote);
  };
  /** Moves what is due to `ready`, and sets the timer for what is due next. */
  const promote = (): void => {
    const now = clock.now();
    if (now < nextDue) return;
    timer?.cancel();
    nextDue = Number.POSITIVE_INFINITY;
    let earliest = Number.POSITIVE_INFINITY;
    let promoted = 0;
    for (const [key, delivery] of waiting) {
      if (delivery.visibleAt > now) {
        earliest = Math.min(earliest, delivery.visibleAt);
        continue;
      }
      waiting.delete(key);
      ready.set(key, delivery);
      promoted++;
    }
    if (Number.isFinite(earliest)) arm(earliest);
    for (let one = 0; one < promoted; one++) announce();
  };
  const dropExpired = (): void => {
    const oldest = clock.now() - retentionMs();
    const expired: string[] = [];
    for (const [key, { sentAt }] of ready) {
      if (sentAt > oldest) break; // in order of sending, but for what came back
      expired.push(key);
    }
    if (expired.length === 0) return;
    for (const key of expired) ready.delete(key);
    expire(expired);
  };
  const place = (delivery: Delivery): void => {
    ready.delete(delivery.key);
    waiting.delete(delivery.key);
    if (delivery.visibleAt <= clock.now()) {
      ready.set(delivery.key, delivery);
      announce();
      return;
    }
    waiting.set(delivery.key, delivery);
    arm(delivery.visibleAt);
  };

  return {
    add: place,
    update: place,
    visible: (limit) => {
      promote();
      dropExpired();
      return [...ready.values().take(limit)];
    },
    find: (key) => ready.get(key) ?? waiting.get(key),
    remove: (key) => {
      ready.delete(key);
      waiting.delete(key);
      if (waiting.size > 0) return;
      timer?.cancel();
      nextDue = Number.POSITIVE_INFINITY;
    },
    keys: () => [...ready.keys(), ...waiting.keys()],
    counts: () => {
      promote();
      dropExpired();
      const delayed = [...waiting.values()].filter(({ receiveCount }) => receiveCount === 0).length;
      return { visible: ready.size, inFlight: waiting.size - delayed, delayed };
    },
    hidden: () => waiting.size,
    onVisible: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => {
      timer?.cancel();
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
};
