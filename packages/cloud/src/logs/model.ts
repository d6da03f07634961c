// Log groups, their streams and events. Events are kept in the batches in which they came.
import { DAY_MS, everyMidnight } from "../clock/daily.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";

export interface Group {
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays?: number;
}

export interface Stream {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
  readonly firstEventAt?: number;
  readonly lastEventAt?: number;
  readonly lastIngestionAt?: number;
}

export interface LogEvent {
  /** 56 digits, rising with time. */
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface StoredEvent extends LogEvent {
  readonly stream: string;
  readonly ingestedAt: number;
}

interface Batch {
  readonly ingestedAt: number;
  readonly events: readonly LogEvent[];
}

export interface Range {
  readonly streams?: (name: string) => boolean;
  /** Inclusive. */
  readonly from?: number;
  readonly to?: number;
}

export interface LogsModel {
  readonly groupArn: (name: string) => string;
  readonly findGroup: (name: string) => Group | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getGroup: (name: string) => Group;
  readonly putGroup: (group: Group) => void;
  readonly removeGroup: (name: string) => void;
  readonly groups: (prefix?: string) => readonly Group[];
  readonly findStream: (group: string, name: string) => Stream | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getStream: (group: string, name: string) => Stream;
  readonly putStream: (stream: Stream) => void;
  readonly removeStream: (group: string, name: string) => void;
  readonly streams: (group: string, prefix?: string) => readonly Stream[];
  readonly append: (group: string, stream: string, lines: readonly { timestamp: number; message: string }[]) => void;
  /** In the order of time. */
  readonly read: (group: string, range: Range) => readonly StoredEvent[];
}

/**
 * How far the record of a stream may lag behind its events, which saves a write per invocation. AWS lets it be an hour:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html
 */
const STREAM_LAG_MS = 1_000;

/** Neither part of a key may hold a colon. */
const streamKey = (group: string, stream: string): string => `${group}:${stream}`;

const needed = <T>(found: T | undefined, what: string): T => {
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", 400, `The specified log ${what} does not exist.`);
};

const byTime = (a: LogEvent, b: LogEvent): number => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1);

export const createLogsModel = ({ store, clock, bus, region }: Ground): LogsModel => {
  const groups = store.table<Group>("logs_groups");
  const streams = store.table<Stream>("logs_streams");
  const batches = store.table<Batch>("logs_events");
  const counters = store.table<number>("logs_counters");
  // Batches are numbered within the life of this cloud, so that the counter is written once and not with each.
  const life = (counters.get("life") ?? 0) + 1;
  counters.put("life", life);
  let number = 0;

  const removeEvents = (group: string, stream: string): void => {
    for (const [key] of batches.list({ prefix: `${streamKey(group, stream)}:` })) batches.remove(key);
  };
  const removeStream = (group: string, name: string): void =>
    store.transaction(() => {
      removeEvents(group, name);
      streams.remove(streamKey(group, name));
    });
  const ensure = (group: string, name: string): Stream => {
    const now = clock.now();
    if (groups.get(group) === undefined) groups.put(group, { name: group, createdAt: now });
    return streams.get(streamKey(group, name)) ?? { group, name, createdAt: now };
  };
  /** Events older than the group's retention are gone when somebody looks, and from the disk at the next midnight. */
  const expired = ({ retentionDays }: Group, { events }: Batch): boolean =>
    retentionDays !== undefined && (events.at(-1)?.timestamp ?? 0) < clock.now() - retentionDays * DAY_MS;

  const readStream = (group: Group, stream: string): StoredEvent[] => {
    const found: StoredEvent[] = [];
    for (const [key, batch] of batches.list({ prefix: `${streamKey(group.name, stream)}:` })) {
      if (expired(group, batch)) batches.remove(key);
      else for (const event of batch.events) found.push({ ...event, stream, ingestedAt: batch.ingestedAt });
    }
    return found;
  };
  const listStreams = (group: string, prefix = ""): readonly Stream[] =>
    streams.list({ prefix: streamKey(group, prefix) }).map(([, stream]) => stream);

  const midnight = everyMidnight(clock, "log retention", {
    isNeeded: () => groups.list().some(([, { retentionDays }]) => retentionDays !== undefined),
    run: () => {
      for (const [, group] of groups.list()) {
        if (group.retentionDays === undefined) continue;
        for (const { name } of listStreams(group.name)) readStream(group, name);
      }
    },
  });

  return {
    groupArn: (name) => `arn:aws:logs:${region}:${ACCOUNT}:log-group:${name}`,
    findGroup: groups.get,
    getGroup: (name) => needed(groups.get(name), "group"),
    putGroup: (group) => {
      groups.put(group.name, group);
      midnight.ask();
    },
    removeGroup: (name) =>
      store.transaction(() => {
        for (const { name: stream } of listStreams(name)) removeStream(name, stream);
        groups.remove(name);
      }),
    groups: (prefix = "") => groups.list({ prefix }).map(([, group]) => group),
    findStream: (group, name) => streams.get(streamKey(group, name)),
    getStream: (group, name) => needed(streams.get(streamKey(group, name)), "stream"),
    putStream: (stream) => streams.put(streamKey(stream.group, stream.name), stream),
    removeStream,
    streams: listStreams,
    append: (group, stream, lines) => {
      const first = lines[0];
      if (first === undefined) return;
      store.transaction(() => {
        const suffix = String(life).padStart(8, "0") + String(number++).padStart(12, "0");
        const events = lines.map(({ timestamp, message }, index) => {
          const id = `3${String(timestamp).padStart(19, "0")}${suffix}${String(index).padStart(16, "0")}`;
          return { id, timestamp, message };
        });
        const now = clock.now();
        const about = ensure(group, stream);
        const { firstEventAt = first.timestamp, lastIngestionAt = -Infinity } = about;
        const lastEventAt = lines.at(-1)?.timestamp ?? first.timestamp;
        if (Math.max(now - lastIngestionAt, lastEventAt - (about.lastEventAt ?? -Infinity)) > STREAM_LAG_MS)
          streams.put(streamKey(group, stream), { ...about, firstEventAt, lastEventAt, lastIngestionAt: now });
        batches.put(`${streamKey(group, stream)}:${suffix}`, { ingestedAt: now, events });
        bus.publish("log-written", { group, stream, events }); // what is delivered is one commit with it
      });
    },
    read: (name, { streams: wanted = () => true, from = 0, to = Number.POSITIVE_INFINITY }) => {
      const group = needed(groups.get(name), "group");
      const chosen = listStreams(name).filter(
        (stream) =>
          wanted(stream.name) &&
          (stream.lastEventAt ?? -1) + STREAM_LAG_MS >= from &&
          (stream.firstEventAt ?? to) <= to,
      );
      return chosen
        .flatMap((stream) => readStream(group, stream.name))
        .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
        .toSorted(byTime);
    },
  };
};
