// One lane of a stream mapping: its records in order, one batch after the other; what fails is tried again first.
import type { Timer } from "../clock/clock.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground, InvokeOutcome, Mapping } from "../ports.ts";
import { failedItems } from "./batch-result.ts";
import { afterFailure, createGatherer, discardMessage, type Batch, type Entry } from "./stream-mapping-batch.ts";
import type { Checkpoints, LaneId } from "./stream-mapping-checkpoints.ts";
import { createInvokeBatch } from "./stream-mapping-invoke.ts";
import { FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, OLDEST_RECORD_MS } from "./stream-mapping-limits.ts";
import type { StreamMappingPorts } from "./stream-mappings.ts";

export interface Lane {
  /** There may be something to do. */
  readonly wake: () => void;
  /** No new batch is begun; resolves when the last one is done. `abandon` leaves that one for the next start. */
  readonly end: (abandon?: boolean) => Promise<void>;
}

export interface LaneOptions {
  readonly ground: Ground;
  readonly ports: StreamMappingPorts;
  readonly checkpoints: Checkpoints;
  readonly mapping: Mapping;
  readonly id: LaneId;
}

const backoffMs = (failures: number): number => Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));

/** Index of the first entry that failed; undefined when all succeeded. */
const firstFailed = (outcome: InvokeOutcome, entries: readonly Entry[], { reportBatchItemFailures }: Mapping) => {
  const ids = entries.map(({ sequence }) => sequence);
  const failed = failedItems(outcome, ids, reportBatchItemFailures);
  if (failed === "all") return 0;
  const index = ids.findIndex((id) => failed.has(id));
  return index < 0 ? undefined : index;
};

/** What became of records that the lane is through with: noted in the store, so that they are not read again. */
const createOutcomes = ({ ground, ports, checkpoints, mapping, id }: LaneOptions) => {
  const done = (entries: readonly Entry[]): void => {
    const last = entries.at(-1);
    if (last !== undefined) checkpoints.put(id, last.sequence);
  };
  const tell = (targetArn: string, body: string): void => {
    const { functionArn } = mapping;
    try {
      ports.deliver({ targetArn, principal: ports.lambda.principalOf(functionArn), sourceArn: functionArn, body });
    } catch (error) {
      ground.report(`Discarded records of ${mapping.eventSourceArn} could not be reported to ${targetArn}`, error);
    }
  };
  return {
    done,
    discard: (
      { entries, failures }: Batch,
      condition: "RetryAttemptsExhausted" | "RecordAgeExceeded",
      outcome?: InvokeOutcome,
    ): void => {
      if (entries.length === 0) return;
      const about = { mapping, shard: id.shard, entries, condition, failures, outcome, now: ground.clock.now() };
      ground.store.transaction(() => {
        if (mapping.onFailureArn !== undefined) tell(mapping.onFailureArn, discardMessage(about));
        done(entries);
      });
    },
  };
};

/** The batches of a lane: those to be tried again, then new ones as the window lets them. */
const createBatches = ({ ground, ports, checkpoints, mapping, id }: LaneOptions, waitUntil: (time: number) => void) => {
  const { streams } = ports.dynamodb;
  const { eventSourceArn: arn, startingPosition, windowSeconds } = mapping;
  const first = (): string => (startingPosition === "LATEST" ? streams.newest(arn, id.shard) : "");
  const after = checkpoints.open(id, first);
  const gatherer = createGatherer({ streams, stream: streams.get(arn), mapping, id, after });
  const again: Batch[] = [];
  let windowEnd: number | undefined;

  const mayRead = (): void => {
    const principal = ports.lambda.principalOf(mapping.functionArn);
    const decision = ports.iam.decide(principal, { action: "dynamodb:GetRecords", resource: arn });
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 400, decision.message);
  };
  return {
    retry: (batches: readonly Batch[]): void => {
      again.push(...batches.toReversed());
    },
    next: (): Batch | undefined => {
      const retried = again.pop();
      if (retried !== undefined) return retried;
      mayRead();
      const full = gatherer.fill();
      if (gatherer.isEmpty()) return undefined;
      windowEnd ??= ground.clock.now() + windowSeconds * 1000;
      if (!full && ground.clock.now() < windowEnd) {
        waitUntil(windowEnd);
        return undefined;
      }
      windowEnd = undefined;
      return { entries: gatherer.take(), failures: 0 };
    },
    /** Records that were only skipped are skipped for good, once nothing before them is left. */
    settle: (): void => {
      if (again.length === 0 && gatherer.isEmpty()) checkpoints.put(id, gatherer.position());
    },
  };
};

export const createLane = (options: LaneOptions): Lane => {
  const { ground, ports, mapping } = options;
  const { clock, work, report } = ground;
  const label = `stream batches for ${mapping.functionArn}`;
  const timers = new Map<"window" | "retry", Timer>();
  let running: Promise<void> | undefined;
  let wokenAgain = false;
  let ended = false;
  let abandoned = false;
  /** Tries in a row that did not come to an invocation. */
  let refusals = 0;

  const waitUntil = (why: "window" | "retry", time: number): void => {
    timers.get(why)?.cancel();
    const resume = (): void => {
      timers.delete(why);
      wake();
    };
    timers.set(why, clock.at(time, `${why} of ${label}`, resume));
  };
  const waitToRetry = (failures: number): void => waitUntil("retry", clock.now() + backoffMs(failures));

  const outcomes = createOutcomes(options);
  const batches = createBatches(options, (time) => waitUntil("window", time));
  const invoke = createInvokeBatch(ground, ports.lambda, mapping);

  /** The batch without the records that are too old, which are given up. */
  const withoutOld = (batch: Batch): Batch => {
    const { maximumRecordAgeSeconds: seconds } = mapping;
    const oldest = clock.now() - Math.min(OLDEST_RECORD_MS, seconds < 0 ? OLDEST_RECORD_MS : seconds * 1000);
    const young = batch.entries.findIndex(({ time }) => time >= oldest);
    const old = young < 0 ? batch.entries : batch.entries.slice(0, young);
    outcomes.discard({ ...batch, entries: old }, "RecordAgeExceeded");
    return { ...batch, entries: batch.entries.slice(old.length) };
  };
  const conclude = (batch: Batch, outcome: InvokeOutcome): void => {
    const from = firstFailed(outcome, batch.entries, mapping);
    if (from === undefined) return outcomes.done(batch.entries);
    const { done, again, discarded, wait } = afterFailure(batch, from, mapping);
    outcomes.done(done);
    outcomes.discard({ entries: discarded, failures: batch.failures + 1 }, "RetryAttemptsExhausted", outcome);
    batches.retry(again);
    if (wait) waitToRetry(again[0]?.failures ?? 1);
  };
  /** The first traced entries are of a recursive loop: they can never succeed, the others around them may. */
  const takeLoop = ({ entries, failures }: Batch): void => {
    const from = entries.findIndex(({ traceId }) => traceId !== undefined);
    if (from > 0) return batches.retry([entries.slice(0, from), entries.slice(from)].map((part) => ({ entries: part, failures }))); // prettier-ignore
    const next = entries.findIndex(({ traceId }) => traceId !== entries[0]?.traceId);
    const loop = next < 0 ? entries : entries.slice(0, next);
    outcomes.discard({ entries: loop, failures }, "RetryAttemptsExhausted");
    if (next > 0) batches.retry([{ entries: entries.slice(next), failures }]);
  };
  const attempt = async (given: Batch): Promise<void> => {
    const batch = withoutOld(given);
    if (batch.entries.length === 0) return;
    try {
      const outcome = await invoke(batch.entries);
      if (abandoned) return;
      refusals = 0;
      conclude(batch, outcome);
    } catch (error) {
      if (error instanceof AwsError && error.code === "RecursiveInvocationException") return takeLoop(batch);
      batches.retry([batch]); // throttled, or the function is away: no attempt, retried until the records are too old
      throw error;
    }
  };
  const mayGoOn = (): boolean => !ended && !timers.has("retry");
  const loop = async (): Promise<void> => {
    await Promise.resolve(); // whoever woke it goes on first
    try {
      while (mayGoOn()) {
        const batch = batches.next();
        if (batch === undefined) return;
        await attempt(batch);
      }
    } catch (error) {
      if (abandoned) return;
      if (!(error instanceof AwsError)) report(`${label} failed`, error);
      waitToRetry(++refusals);
    }
  };
  const wake = (): void => {
    if (!mayGoOn()) return;
    if (running !== undefined) {
      wokenAgain = true;
      return;
    }
    wokenAgain = false;
    running = work.track(label, loop()).finally(() => {
      running = undefined;
      if (wokenAgain) wake();
    });
  };
  return {
    wake,
    end: async (abandon = false) => {
      ended = true;
      abandoned = abandon;
      for (const timer of timers.values()) timer.cancel();
      await running;
      if (!abandon) batches.settle();
    },
  };
};
