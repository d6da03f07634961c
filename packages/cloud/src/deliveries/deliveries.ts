// What a service still has to hand to a target: kept in the store until it was taken or given up, tried again on the clock,
// and continued after a restart.
import { randomUUID } from "node:crypto";
import type { Ground } from "../ports.ts";

export interface Job<T> {
  readonly id: string;
  readonly what: T;
  readonly acceptedAt: number;
  /** Attempts that failed. */
  readonly attempts: number;
  /** Not before this time of the cloud. */
  readonly notBefore: number;
}

export interface DeliveryRules<T> {
  /** Name of the table. */
  readonly table: string;
  /** In reports and timers: "sns: delivery". */
  readonly label: string;
  /** Hands it over, in a transaction unless it answers a promise; throws when the target refuses. */
  readonly attempt: (job: Job<T>) => Promise<void> | undefined;
  /** Ms until the next attempt; undefined gives up. `job` counts the failed attempt already. */
  readonly retryInMs: (job: Job<T>, error: unknown) => number | undefined;
  readonly giveUp: (job: Job<T>, error: unknown) => void;
}

export interface Deliveries<T> {
  /** Tries at once, in the caller's transaction: for targets of this cloud. */
  readonly handOver: (what: T) => void;
  /** Keeps it for an attempt at `time`, at once if that is not in the future. */
  readonly enqueue: (what: T, time?: number) => void;
  /** Drops what is kept and matches. */
  readonly drop: (matches: (what: T) => boolean) => void;
  readonly start: () => void;
  readonly close: () => void;
}

export const createDeliveries = <T>(ground: Ground, rules: DeliveryRules<T>): Deliveries<T> => {
  const { clock, store, work, report } = ground;
  const { label, attempt, retryInMs, giveUp } = rules;
  const jobs = store.table<Job<T>>(rules.table);
  let closed = false;

  const keep = (job: Job<T>): void => {
    jobs.put(job.id, job);
    arm(job);
  };
  const failed = (job: Job<T>, error: unknown): void =>
    store.transaction(() => {
      const tried = { ...job, attempts: job.attempts + 1 };
      const delayMs = retryInMs(tried, error);
      if (delayMs !== undefined) return keep({ ...tried, notBefore: clock.now() + delayMs });
      jobs.remove(job.id);
      giveUp(tried, error);
    });
  const run = async (id: string): Promise<void> => {
    const job = closed ? undefined : jobs.get(id);
    if (job === undefined) return; // dropped, or its acceptance was rolled back
    try {
      const pending = store.transaction(() => {
        const promise = attempt(job);
        if (promise === undefined) jobs.remove(id);
        return promise;
      });
      await pending;
      if (pending !== undefined && !closed) jobs.remove(id);
    } catch (error) {
      if (!closed) failed(job, error);
    }
  };
  const tracked = (id: string): void => {
    work.track(label, run(id)).catch((error: unknown) => report(label, error));
  };
  function arm({ id, notBefore }: Job<T>): void {
    if (notBefore > clock.now()) clock.at(notBefore, label, () => tracked(id));
    else void work.track(label, Promise.resolve()).then(() => tracked(id)); // when the transaction has ended
  }
  const jobOf = (what: T, time: number): Job<T> => ({
    id: randomUUID(),
    what,
    acceptedAt: clock.now(),
    attempts: 0,
    notBefore: time,
  });

  return {
    handOver: (what) => {
      const job = jobOf(what, clock.now());
      try {
        void attempt(job);
      } catch (error) {
        failed(job, error);
      }
    },
    enqueue: (what, time = clock.now()) => keep(jobOf(what, time)),
    drop: (matches) => {
      for (const [id, { what }] of jobs.list()) if (matches(what)) jobs.remove(id);
    },
    start: () => {
      for (const [, job] of jobs.list()) arm(job);
    },
    close: () => {
      closed = true;
    },
  };
};
