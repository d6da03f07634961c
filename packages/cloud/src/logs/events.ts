// Writing and reading log events.
import * as v from "valibot";
import { DAY_MS } from "../clock/daily.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { compileFilterPattern } from "./filter-pattern.ts";
import { LIMITS } from "./limits.ts";
import type { LogsModel, StoredEvent } from "./model.ts";
import { action, groupName, limit, streamName, text, time } from "./parameters.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

type Line = { readonly timestamp: number; readonly message: string };

/** Index of the first event that is too new, and one past the last that is too old. */
const rejected = (lines: readonly Line[], now: number) => {
  const tooOld = lines.filter(({ timestamp }) => timestamp < now - LIMITS.oldestMs).length;
  const tooNew = lines.findIndex(({ timestamp }) => timestamp > now + LIMITS.newestMs);
  return { tooOld, tooNew: tooNew < 0 ? lines.length : tooNew };
};

const checkBatch = (lines: readonly Line[]): void => {
  if (lines.some(({ timestamp }, index) => timestamp < (lines[index - 1]?.timestamp ?? 0)))
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  if ((lines.at(-1)?.timestamp ?? 0) - (lines[0]?.timestamp ?? 0) > DAY_MS)
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  const sizes = lines.map(({ message }) => Buffer.byteLength(message) + LIMITS.bytesPerEventMore);
  if (sizes.reduce((sum, size) => sum + size, 0) > LIMITS.bytesPerPut)
    throw invalid(`Upload too large: the batch exceeds ${LIMITS.bytesPerPut} bytes`);
};

const LINES = v.pipe(
  v.array(v.strictObject({ timestamp: v.number(), message: v.pipe(v.string(), v.minLength(1)) })),
  v.minLength(1),
  v.maxLength(LIMITS.eventsPerPut),
);
const STREAM = { logGroupName: groupName, logStreamName: streamName };
const RANGE = { startTime: time, endTime: time, limit: limit(LIMITS.eventsPerRead), nextToken: text };

const putLogEvents = ({ clock }: Pick<Ground, "clock">, model: LogsModel): Action =>
  action({ ...STREAM, logEvents: LINES }, ({ logGroupName, logStreamName, logEvents }) => {
    const { name: group } = model.getGroup(logGroupName);
    model.getStream(group, logStreamName);
    checkBatch(logEvents);
    const { tooOld, tooNew } = rejected(logEvents, clock.now());
    model.append(group, logStreamName, logEvents.slice(tooOld, tooNew));
    if (tooOld === 0 && tooNew === logEvents.length) return {};
    return {
      rejectedLogEventsInfo: {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(tooNew < logEvents.length && { tooNewLogEventStartIndex: tooNew }),
      },
    };
  });

/** Tokens are `f/<id>` (after that event) and `b/<id>` (before it). */
const window = (
  events: readonly StoredEvent[],
  wanted: { nextToken?: string | undefined; startFromHead: boolean; limit: number },
) => {
  const [direction, id = ""] = wanted.nextToken?.split("/") ?? [];
  if (direction === "f") return events.filter((event) => event.id > id).slice(0, wanted.limit);
  if (direction === "b") return events.filter((event) => event.id < id).slice(-wanted.limit);
  if (direction !== undefined) throw invalid("The specified nextToken is invalid.");
  return wanted.startFromHead ? events.slice(0, wanted.limit) : events.slice(-wanted.limit);
};

const getLogEvents = (model: LogsModel): Action =>
  action({ ...STREAM, ...RANGE, startFromHead: v.optional(v.boolean(), false) }, (wanted) => {
    const { logGroupName: group, logStreamName: stream, nextToken } = wanted;
    model.getGroup(group);
    model.getStream(group, stream);
    const to = wanted.endTime === undefined ? undefined : wanted.endTime - 1; // the end is exclusive
    const all = model.read(group, { streams: (name) => name === stream, from: wanted.startTime, to });
    const events = window(all, wanted);
    const id = nextToken?.slice(2) ?? "";
    return {
      events: events.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
      nextForwardToken: `f/${events.at(-1)?.id ?? id}`,
      nextBackwardToken: `b/${events.at(0)?.id ?? id}`,
    };
  });

const positionOf = ({ timestamp, id }: StoredEvent): string => `${String(timestamp).padStart(16, "0")}/${id}`;

const FILTER = {
  ...RANGE,
  logGroupName: groupName,
  logStreamNames: v.optional(v.array(streamName)),
  logStreamNamePrefix: text,
  filterPattern: v.optional(v.string(), ""),
  interleaved: v.optional(v.boolean()), // always so, as on AWS since 2019
};

const filterLogEvents = (model: LogsModel): Action =>
  action(FILTER, (wanted) => {
    const { logStreamNames, logStreamNamePrefix, nextToken = "" } = wanted;
    if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
      throw invalid("logStreamNames and logStreamNamePrefix cannot be used together");
    }
    const matches = compileFilterPattern(wanted.filterPattern);
    const streams = (name: string): boolean =>
      logStreamNames === undefined ? name.startsWith(logStreamNamePrefix ?? "") : logStreamNames.includes(name);
    const all = model.read(wanted.logGroupName, { streams, from: wanted.startTime, to: wanted.endTime });
    const rest = all.filter((event) => positionOf(event) > nextToken && matches(event.message));
    const events = rest.slice(0, wanted.limit);
    const last = events.at(-1);
    return {
      events: events.map(({ stream, timestamp, message, ingestedAt, id }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: ingestedAt,
        eventId: id,
      })),
      searchedLogStreams: [],
      ...(events.length < rest.length && last !== undefined && { nextToken: positionOf(last) }),
    };
  });

export const eventActions = (ground: Pick<Ground, "clock">, model: LogsModel): Record<string, Action> => ({
  PutLogEvents: putLogEvents(ground, model),
  GetLogEvents: getLogEvents(model),
  FilterLogEvents: filterLogEvents(model),
});
