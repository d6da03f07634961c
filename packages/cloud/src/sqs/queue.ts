// A queue at work: which messages may be received now, which come later, and who waits for one.
import type { Clock, Timer } from "../clock/clock.ts";
import { createGroups } from "./groups.ts";

/** What changes about a message. */
export interface Delivery {
  readonly key: string;
  readonly sentAt: number;
  /** When it came into this queue, if it was sent to another one. */
  readonly movedAt?: number;
  /** When it may be received (again). */
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  readonly lastReceivedAt?: number;
  /** Part of the newest receipt handle; absent until the first receive. */
  readonly receipt?: string;
  /** Message group of a FIFO queue. */
  readonly group?: string;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Queue {
  readonly add: (delivery: Delivery) => void;
  /** Up to `limit` messages that may be received now, oldest first. They stay until `update` or `remove`. */
  readonly visible: (limit: number, options?: { readonly oneGroup?: boolean }) => readonly Delivery[];
  /** Lets the later messages of a standard queue pass this one. */
  readonly postpone: (key: string) => void;
  readonly find: (key: string) => Delivery | undefined;
  readonly update: (delivery: Delivery) => void;
  readonly remove: (key: string) => void;
  readonly list: () => readonly Delivery[];
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
  readonly fifo: boolean;
  readonly retentionMs: () => number;
  /** Removes messages for good: expired ones. */
  readonly expire: (keys: readonly string[]) => void;
  readonly onMessage: () => void;
}

/** Calls back at the earliest of the times asked for. */
const createAlarm = (clock: Clock, label: string, ring: () => void) => {
  let timer: Timer | undefined;
  let due = Number.POSITIVE_INFINITY;
  const clear = (): void => {
    timer?.cancel();
    due = Number.POSITIVE_INFINITY;
  };
  const set = (time: number): void => {
    if (time >= due) return;
    clear();
    due = time;
    timer = clock.at(time, label, ring);
  };
  return { set, clear, isDue: () => clock.now() >= due };
};

export const createQueue = ({ clock, name, fifo, retentionMs, expire, onMessage }: QueueOptions): Queue => {
  const ready = new Map<string, Delivery>();
  const waiting = new Map<string, Delivery>();
  const groups = fifo ? createGroups() : undefined;
  const listeners = new Set<() => void>();

  const announce = (): void => {
    onMessage();
    const [first] = listeners;
    if (first === undefined) return;
    listeners.delete(first);
    first();
  };
  /** A move to a FIFO dead-letter queue begins the time anew, one to a standard queue does not (AWS's rule). */
  const expiryOf = ({ sentAt, movedAt }: Delivery): number => (fifo ? (movedAt ?? sentAt) : sentAt) + retentionMs();
  const drop = (expired: readonly Delivery[]): void => {
    if (expired.length === 0) return;
    expire(expired.map(({ key }) => key));
    for (const delivery of expired) {
      ready.delete(delivery.key);
      waiting.delete(delivery.key);
      if (groups?.remove(delivery) === "opened") announce();
    }
  };
  /** Moves what is due to `ready`, drops what expired meanwhile, and sets the alarm for what is due next. */
  const promote = (): void => {
    if (!alarm.isDue()) return;
    const now = clock.now();
    alarm.clear();
    let earliest = Number.POSITIVE_INFINITY;
    let promoted = 0;
    const expired: Delivery[] = [];
    for (const [key, delivery] of waiting) {
      if (expiryOf(delivery) <= now) {
        expired.push(delivery);
        continue;
      }
      if (delivery.visibleAt > now) {
        earliest = Math.min(earliest, delivery.visibleAt, expiryOf(delivery));
        continue;
      }
      waiting.delete(key);
      ready.set(key, delivery);
      groups?.place(delivery, "ready");
      promoted++;
    }
    if (Number.isFinite(earliest)) alarm.set(earliest);
    drop(expired);
    for (let one = 0; one < promoted; one++) announce();
  };
  const alarm = createAlarm(clock, `sqs: messages of ${name} become visible`, promote);
  const dropExpired = (): void => {
    const now = clock.now();
    const expired: Delivery[] = [];
    for (const delivery of ready.values()) {
      if (expiryOf(delivery) > now) break; // in order of sending, but for what came back
      expired.push(delivery);
    }
    drop(expired);
  };
  const place = (delivery: Delivery): void => {
    const { key, visibleAt } = delivery;
    ready.delete(key);
    waiting.delete(key);
    if (visibleAt <= clock.now()) {
      ready.set(key, delivery);
      groups?.place(delivery, "ready");
      announce();
      return;
    }
    waiting.set(key, delivery);
    groups?.place(delivery, "hidden");
    alarm.set(Math.min(visibleAt, expiryOf(delivery)));
  };
  const find = (key: string): Delivery | undefined => ready.get(key) ?? waiting.get(key);

  return {
    add: place,
    update: place,
    find,
    visible: (limit, { oneGroup = false } = {}) => {
      promote();
      dropExpired();
      return groups?.available(limit, oneGroup) ?? [...ready.values().take(limit)];
    },
    postpone: (key) => {
      const delivery = ready.get(key);
      if (delivery === undefined) return;
      ready.delete(key);
      ready.set(key, delivery);
    },
    remove: (key) => {
      const delivery = find(key);
      ready.delete(key);
      waiting.delete(key);
      if (waiting.size === 0) alarm.clear();
      if (delivery !== undefined && groups?.remove(delivery) === "opened") announce();
    },
    list: () => [...ready.values(), ...waiting.values()],
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
      alarm.clear();
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
};
