// Reads one queue for one function: when it receives, how long it gathers, and how many batches run at once.
import type { Timer } from "../clock/clock.ts";
import type { Ground, Mapping } from "../ports.ts";
import { createQueueBatches, MAX_EVENT_BYTES, MAX_RECORD_BYTES, type Batch } from "./queue-batches.ts";
import type { QueueMappingPorts } from "./queue-mappings.ts";

export interface QueueReader {
  readonly queueArn: string;
  /** There may be messages. */
  readonly wake: () => void;
  /** Starts no batch any more; resolves when those under way have ended. */
  readonly close: () => Promise<void>;
}

/** Batches that AWS runs at the same time at first, and here at most without ScalingConfig. */
const POLLERS = 5;
/** A source that cannot be read (role, function) is tried again after this (u). */
const PAUSE_MS = 60_000;
/** Wait before a throttled batch is tried again, twice as long each time (u). */
const FIRST_RETRY_MS = 1000;

export const createQueueReader = (ground: Ground, ports: QueueMappingPorts, mapping: Mapping): QueueReader => {
  const { clock, work, report } = ground;
  const { eventSourceArn: queueArn, functionArn, batchSize, windowSeconds } = mapping;
  const most = mapping.maximumConcurrency ?? POLLERS;
  const label = `delivery of ${queueArn} to ${functionArn}`;
  const running = new Set<Promise<void>>();
  /** Messages that wait for the end of the window. */
  let gathered: Batch | undefined;
  let windowEnd: Timer | undefined;
  let pause: Timer | undefined;
  /** Throttled batches that wait for their next try. */
  let held = 0;
  let waking = false;
  let closed = false;

  const rest = (reason: unknown): void => {
    if (closed || pause !== undefined) return;
    report(`${label} rests for ${PAUSE_MS / 1000} s`, reason);
    pause = clock.at(clock.now() + PAUSE_MS, `sqs: ${queueArn} is read again`, () => {
      pause = undefined;
      wake();
    });
  };
  const batches = createQueueBatches(ground, ports, { mapping, onDenied: (message) => rest(new Error(message)) });

  /**
   * Throttled, Lambda tries the batch again until its messages are visible again, and holds its place meanwhile:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
   */
  const retry = (batch: Batch, delayMs: number): boolean => {
    const time = clock.now() + delayMs;
    if (closed || time >= batch.until) return false;
    held++;
    clock.at(time, `${label}: tried again after a throttle`, () => {
      held--;
      if (!closed) run(batch, 2 * delayMs);
    });
    return true;
  };
  const run = (batch: Batch, retryMs = FIRST_RETRY_MS): void => {
    const deliver = async (): Promise<void> => {
      const outcome = await work.track(label, batches.deliver(batch));
      running.delete(done);
      if (outcome === "done" || !retry(batch, retryMs)) wake();
    };
    const done = deliver();
    running.add(done);
  };
  const flush = (): void => {
    windowEnd?.cancel();
    const batch = gathered;
    gathered = undefined;
    if (batch !== undefined) run(batch);
  };
  /** Fills the open batch; it goes when it is full or its window is over. Answers whether there may be more. */
  const next = (): boolean => {
    const batch = gathered ?? batches.empty();
    if (!batches.receive(batch)) {
      if (batch.bytes > MAX_EVENT_BYTES - MAX_RECORD_BYTES) flush(); // what waits may not have fitted
      return false;
    }
    if (batch.records.length === 0) return true;
    if (gathered === undefined && windowSeconds > 0) {
      windowEnd = clock.at(clock.now() + windowSeconds * 1000, `sqs: a batching window of ${queueArn} ends`, flush);
    }
    gathered = batch;
    if (windowSeconds === 0 || batch.records.length >= batchSize || batch.bytes >= MAX_EVENT_BYTES) flush();
    return true;
  };
  const mayStart = (): boolean => !closed && pause === undefined && running.size + held < most;
  const pump = (): void => {
    waking = false;
    try {
      while (mayStart() && next());
    } catch (error) {
      rest(error); // the function is gone, or the queue is over its limit
    }
  };
  /** At the end of this turn: who sends a message has not committed it yet. */
  const wake = (): void => {
    if (closed || waking || pause !== undefined) return;
    waking = true;
    void work.track(label, new Promise<void>((resolve) => setImmediate(resolve)).then(pump));
  };

  return {
    queueArn,
    wake,
    close: async () => {
      closed = true;
      windowEnd?.cancel();
      pause?.cancel();
      await Promise.all(running);
    },
  };
};
