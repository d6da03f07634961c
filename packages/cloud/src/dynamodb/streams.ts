// The streams of tables: what changed, in order, for 24 hours. A record is written in the commit of its change.
import type { Timer } from "../clock/clock.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { STREAM_RETENTION_MS, STREAM_TRIM_STEP_MS } from "./limits.ts";
import type { StreamView, TableSchema, TableState } from "./schema.ts";
import { recordOf, toEventRecord, type Cause, type Change, type StreamRecord } from "./stream-record.ts";

/** A stream as it is stored; it outlives its table, and its being switched off, by 24 hours. */
export interface StreamState {
  readonly arn: string;
  readonly label: string;
  readonly table: string;
  readonly view: StreamView;
  readonly keySchema: TableSchema["KeySchema"];
  readonly shards: readonly string[];
  /** Sequence number before its first record. */
  readonly start: string;
  /** Cloud ms. */
  readonly createdAt: number;
  readonly endedAt?: number;
  /** Newest record that went for its age. */
  readonly trimmed?: string;
}

/** Where to go on reading: after a sequence number. */
export interface StreamPosition {
  readonly arn: string;
  readonly shard: string;
  readonly after: string;
}

/** What event source mappings read. */
export interface StreamReader {
  /** Throws ResourceNotFoundException. */
  readonly get: (arn: string) => StreamState;
  /** At most `limit` records, oldest first. */
  readonly read: (position: StreamPosition, limit: number) => readonly StreamRecord[];
  /** Sequence number of the newest record that a shard has had. */
  readonly newest: (arn: string, shard: string) => string;
  /** A record as functions get it. */
  readonly toEvent: (stream: StreamState, record: StreamRecord) => object;
}

export interface Streams extends StreamReader {
  readonly list: () => readonly StreamState[];
  /** The table with a new stream. */
  readonly enable: (state: TableState, view: StreamView) => TableState;
  /** The table with its stream ended. */
  readonly disable: (state: TableState) => TableState;
  readonly record: (state: TableState, change: Change, cause: Cause) => void;
  /** A commit of the store, which tells of changed streams when it is done. */
  readonly commit: <T>(fn: () => T) => T;
  /** Removes what is too old, now and whenever something becomes it. */
  readonly start: () => void;
}

const DIGITS = 20;
const toSequence = (n: number): string => `1${String(n).padStart(DIGITS, "0")}`;

/** `shardId-` and at least 20 more characters, as the API's documentation asks. */
const shardIds = (createdAt: number, count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, n) => `shardId-${String(createdAt).padStart(DIGITS, "0")}-${String(n).padStart(8, "0")}`,
  );

const prefixOf = (arn: string, shard: string): string => `${arn}/${shard}/`;

const notFound = (arn: string): AwsError =>
  new AwsError("ResourceNotFoundException", 400, `Requested resource not found: Stream: ${arn} not found`);

export const createStreams = ({ store, clock, bus }: Pick<Ground, "store" | "clock" | "bus">, shards = 1): Streams => {
  const stored = store.table<StreamState>("dynamodb_streams");
  const records = store.table<StreamRecord>("dynamodb_stream_records");
  const streams = new Map(stored.list());
  const changed = new Set<string>();
  let timer: Timer | undefined;

  const put = (stream: StreamState): void => {
    stored.put(stream.arn, stream);
    streams.set(stream.arn, stream);
  };
  const get = (arn: string): StreamState => {
    const stream = streams.get(arn);
    if (stream === undefined) throw notFound(arn);
    return stream;
  };
  const newest: Streams["newest"] = (arn, shard) => {
    const prefix = prefixOf(arn, shard);
    for (const [, { sequence }] of records.range({ gte: prefix, lt: `${prefix}~`, reverse: true })) return sequence;
    const { trimmed, start } = get(arn);
    return trimmed ?? start;
  };
  let last = Math.max(
    0,
    ...[...streams.values()].flatMap((s) => s.shards.map((id) => Number(newest(s.arn, id).slice(1)))),
  );

  const read: Streams["read"] = ({ arn, shard, after }, limit) => {
    const found: StreamRecord[] = [];
    const prefix = prefixOf(arn, shard);
    const tooOld = clock.now() - STREAM_RETENTION_MS;
    for (const [, record] of records.range({ gt: prefix + after, lt: `${prefix}~` })) {
      if (found.length === limit) break;
      if (record.time > tooOld) found.push(record);
    }
    return found;
  };

  /** Removes what is too old of one shard; answers the sequence number of the newest record that went. */
  const trimShard = (prefix: string, tooOld: number): string | undefined => {
    const gone: StreamRecord[] = [];
    for (const [, record] of records.range({ gte: prefix, lt: `${prefix}~` })) {
      if (record.time > tooOld) break;
      gone.push(record);
    }
    for (const { sequence } of gone) records.remove(prefix + sequence);
    return gone.at(-1)?.sequence;
  };
  const trim = (stream: StreamState, tooOld: number): void => {
    const trimmed = stream.shards
      .map((id) => trimShard(prefixOf(stream.arn, id), tooOld) ?? "")
      .toSorted()
      .at(-1);
    if (stream.endedAt !== undefined && stream.endedAt <= tooOld) {
      stored.remove(stream.arn);
      streams.delete(stream.arn);
    } else if (trimmed) put({ ...stream, trimmed });
  };
  /** When the next record or ended stream is too old; infinite when there is none. */
  const nextTrim = (): number => {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { arn, shards: ids, endedAt = oldest } of streams.values()) {
      const first = ids.flatMap((shard) => read({ arn, shard, after: "" }, 1)).map(({ time }) => time);
      oldest = Math.min(oldest, endedAt, ...first);
    }
    return Math.ceil((oldest + STREAM_RETENTION_MS) / STREAM_TRIM_STEP_MS) * STREAM_TRIM_STEP_MS;
  };
  const arm = (time: number): void => {
    if (timer !== undefined || !Number.isFinite(time)) return;
    timer = clock.at(time, "dynamodb: old stream records", start);
  };
  const start = (): void => {
    timer = undefined;
    store.transaction(() => {
      for (const stream of streams.values()) trim(stream, clock.now() - STREAM_RETENTION_MS);
    });
    arm(nextTrim());
  };
  const armForNew = (): void => arm(timer === undefined ? nextTrim() : 0);

  const freeLabel = (tableArn: string): string => {
    for (let time = clock.now(); ; time++) {
      const label = new Date(time).toISOString().slice(0, -1);
      if (!streams.has(`${tableArn}/stream/${label}`)) return label;
    }
  };
  return {
    get,
    read,
    newest,
    start,
    list: () => [...streams.values()].toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
    toEvent: ({ arn, view }, record) => toEventRecord(record, arn, view),
    enable: (state, view) => {
      const { schema, arn: tableArn } = state;
      const createdAt = clock.now();
      const label = freeLabel(tableArn);
      const arn = `${tableArn}/stream/${label}`;
      const { TableName: table, KeySchema: keySchema } = schema;
      const stream = { arn, label, table, view, keySchema, createdAt, start: toSequence(last) };
      put({ ...stream, shards: shardIds(createdAt, shards) });
      return { ...state, stream: { arn, label, view, enabled: true } };
    },
    disable: (state) => {
      if (state.stream?.enabled !== true) return state;
      put({ ...get(state.stream.arn), endedAt: clock.now() });
      armForNew();
      return { ...state, stream: { ...state.stream, enabled: false } };
    },
    record: (state, change, cause) => {
      if (state.stream?.enabled !== true) return;
      const record = recordOf(state, change, cause);
      if (record === undefined) return;
      const { arn, shards: ids } = get(state.stream.arn);
      const sequence = toSequence(++last);
      const key = prefixOf(arn, ids[record.partition % ids.length] ?? "") + sequence;
      records.put(key, { ...record, sequence, time: clock.now() });
      changed.add(arn);
      armForNew();
    },
    commit: (fn) => {
      changed.clear();
      const result = store.transaction(fn);
      for (const streamArn of changed) bus.publish("item-changed", { streamArn });
      return result;
    },
  };
};
