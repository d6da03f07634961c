// Batches of stream records: what is taken into one, what a failure leaves of it, and what is told of a discarded one.
import type { StreamReader, StreamState } from "../dynamodb/streams.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { InvokeOutcome, Mapping } from "../ports.ts";
import { MAX_BATCH_BYTES, READ_PAGE } from "./stream-mapping-limits.ts";
import type { LaneId } from "./stream-mapping-checkpoints.ts";

/** A record that passed the filters. */
export interface Entry {
  readonly sequence: string;
  readonly time: number;
  readonly json: string;
  readonly traceId?: string;
}

/** Consecutive records of a lane that were or will be tried together. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** Failed invocations of these entries so far; splitting a batch is no attempt. */
  readonly failures: number;
}

/** Collects the records of one lane until a batch is full. */
export interface Gatherer {
  /** Takes what the stream has; true when no more fits. */
  readonly fill: () => boolean;
  readonly isEmpty: () => boolean;
  /** Takes the collected entries away. */
  readonly take: () => readonly Entry[];
  /** Sequence number up to which all was looked at. */
  readonly position: () => string;
}

export interface GatherOptions {
  readonly streams: StreamReader;
  readonly stream: StreamState;
  readonly mapping: Mapping;
  readonly id: LaneId;
  readonly after: string;
}

export const createGatherer = ({ streams, stream, mapping, id, after }: GatherOptions): Gatherer => {
  const filters = mapping.filters.map((filter) => compilePattern(JSON.parse(filter)));
  let position = after;
  let entries: Entry[] = [];
  let bytes = 0;

  /** False when the record must wait for the next batch. */
  const add = (record: ReturnType<StreamReader["read"]>[number]): boolean => {
    const event = record.partition % id.of === id.lane ? streams.toEvent(stream, record) : undefined;
    if (event !== undefined && (filters.length === 0 || filters.some((passes) => passes(event)))) {
      const json = JSON.stringify(event);
      const size = Buffer.byteLength(json) + 1;
      if (entries.length > 0 && bytes + size > MAX_BATCH_BYTES) return false;
      const { sequence, time, traceId } = record;
      entries.push({ sequence, time, json, ...(traceId !== undefined && { traceId }) });
      bytes += size;
    }
    position = record.sequence;
    return true;
  };
  return {
    fill: () => {
      for (;;) {
        const page = streams.read({ arn: stream.arn, shard: id.shard, after: position }, READ_PAGE);
        for (const record of page) if (entries.length >= mapping.batchSize || !add(record)) return true;
        if (page.length < READ_PAGE) return entries.length >= mapping.batchSize;
      }
    },
    isEmpty: () => entries.length === 0,
    take: () => {
      const taken = entries;
      entries = [];
      bytes = 0;
      return taken;
    },
    position: () => position,
  };
};

/** What is to be done after a failed invocation. */
export interface Aftermath {
  /** Entries before the first failed one: done. */
  readonly done: readonly Entry[];
  /** To be tried again, the first one first. */
  readonly again: readonly Batch[];
  /** Retries are exhausted. */
  readonly discarded: readonly Entry[];
  /** Whether the next try waits. */
  readonly wait: boolean;
}

/**
 * Progress begins the count of attempts anew (u). A batch is bisected at the reported record, or else in the middle, and
 * that does not count as an attempt: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export const afterFailure = ({ entries, failures }: Batch, from: number, mapping: Mapping): Aftermath => {
  const [done, rest] = [entries.slice(0, from), entries.slice(from)];
  const none = { done, again: [], discarded: [], wait: false };
  if (mapping.bisect && from > 0) return { ...none, again: [{ entries: rest, failures }] };
  if (mapping.bisect && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { ...none, again: halves.map((half) => ({ entries: half, failures })) };
  }
  const failed = (from > 0 ? 0 : failures) + 1;
  const most = mapping.maximumRetryAttempts;
  if (most >= 0 && failed > most) return { ...none, discarded: rest };
  return { ...none, again: [{ entries: rest, failures: failed }], wait: true };
};

export interface Discard {
  readonly mapping: Mapping;
  readonly shard: string;
  readonly entries: readonly Entry[];
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly failures: number;
  /** Of the last invocation, if it was one. */
  readonly outcome: InvokeOutcome | undefined;
  readonly now: number;
}

const toSeconds = (ms: number | undefined): string => new Date(ms ?? 0).toISOString().replace(/\.\d+Z$/, "Z");

/** What the failure destination is told, which is all but the records: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
export const discardMessage = ({ mapping, shard, entries, condition, failures, outcome, now }: Discard): string =>
  JSON.stringify({
    requestContext: {
      requestId: outcome?.requestId ?? "",
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: failures,
    },
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: outcome.failed ? "Unhandled" : null,
      },
    }),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: entries[0]?.sequence,
      endSequenceNumber: entries.at(-1)?.sequence,
      approximateArrivalOfFirstRecord: toSeconds(entries[0]?.time),
      approximateArrivalOfLastRecord: toSeconds(entries.at(-1)?.time),
      batchSize: entries.length,
      streamArn: mapping.eventSourceArn,
    },
  });
