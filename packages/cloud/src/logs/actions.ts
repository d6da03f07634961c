// The Logs API: groups, streams, retention and subscription filters.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Group, LogsModel, Stream } from "./model.ts";
import { action, filterPattern, groupName, limit, retentionDays, streamName, text } from "./parameters.ts";
import type { Subscriptions } from "./subscriptions.ts";

const exists = (what: string): AwsError =>
  new AwsError("ResourceAlreadyExistsException", 400, `The specified log ${what} already exists`);

const timeOf = ({ lastEventAt = 0 }: Stream): number => lastEventAt;

/** One page of things in the order of their names; the token is the last name of the page before. */
const page = <T>(all: readonly T[], nameOf: (thing: T) => string, range: { limit: number; nextToken?: string }) => {
  const after = range.nextToken === undefined ? -1 : all.findIndex((thing) => nameOf(thing) === range.nextToken);
  const rest = all.slice(after + 1);
  const found = rest.slice(0, range.limit);
  const last = found.at(-1);
  return { found, ...(found.length < rest.length && last !== undefined && { nextToken: nameOf(last) }) };
};

export const groupActions = (
  { clock }: Pick<Ground, "clock">,
  model: LogsModel,
  subscriptions: Subscriptions,
): Record<string, Action> => {
  const describe = ({ name, createdAt, retentionDays }: Group) => ({
    logGroupName: name,
    creationTime: createdAt,
    ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
    metricFilterCount: 0,
    arn: `${model.groupArn(name)}:*`,
    logGroupArn: model.groupArn(name),
    logGroupClass: "STANDARD",
  });
  return {
    CreateLogGroup: action({ logGroupName: groupName }, ({ logGroupName: name }) => {
      if (model.findGroup(name)) throw exists("group");
      model.putGroup({ name, createdAt: clock.now() });
    }),
    DeleteLogGroup: action({ logGroupName: groupName }, ({ logGroupName }) => {
      const { name } = model.getGroup(logGroupName);
      subscriptions.removeAll(name);
      model.removeGroup(name);
    }),
    DescribeLogGroups: action(
      { logGroupNamePrefix: text, limit: limit(LIMITS.describe), nextToken: text },
      ({ logGroupNamePrefix, ...range }) => {
        const { found, ...next } = page(model.groups(logGroupNamePrefix), ({ name }) => name, range);
        return { logGroups: found.map(describe), ...next };
      },
    ),
    PutRetentionPolicy: action(
      { logGroupName: groupName, retentionInDays: retentionDays },
      ({ logGroupName, retentionInDays }) => {
        model.putGroup({ ...model.getGroup(logGroupName), retentionDays: retentionInDays });
      },
    ),
    DeleteRetentionPolicy: action({ logGroupName: groupName }, ({ logGroupName }) => {
      const { retentionDays: _gone, ...group } = model.getGroup(logGroupName);
      model.putGroup(group);
    }),
  };
};

const STREAM = { logGroupName: groupName, logStreamName: streamName };

export const streamActions = ({ clock }: Pick<Ground, "clock">, model: LogsModel): Record<string, Action> => {
  const describe = (group: string, { name, createdAt, firstEventAt, lastEventAt, lastIngestionAt }: Stream) => ({
    logStreamName: name,
    creationTime: createdAt,
    firstEventTimestamp: firstEventAt,
    lastEventTimestamp: lastEventAt,
    lastIngestionTime: lastIngestionAt,
    arn: `${model.groupArn(group)}:log-stream:${name}`,
    storedBytes: 0, // AWS has stopped reporting it
  });
  return {
    CreateLogStream: action(STREAM, ({ logGroupName, logStreamName }) => {
      const { name: group } = model.getGroup(logGroupName);
      if (model.findStream(group, logStreamName)) throw exists("stream");
      model.putStream({ group, name: logStreamName, createdAt: clock.now() });
    }),
    DeleteLogStream: action(STREAM, ({ logGroupName, logStreamName }) => {
      model.removeStream(model.getGroup(logGroupName).name, logStreamName);
    }),
    DescribeLogStreams: action(
      {
        logGroupName: groupName,
        logStreamNamePrefix: text,
        orderBy: v.optional(v.picklist(["LogStreamName", "LastEventTime"])),
        descending: v.optional(v.boolean()),
        limit: limit(LIMITS.describe),
        nextToken: text,
      },
      ({ logGroupName, logStreamNamePrefix, orderBy, descending, ...range }) => {
        const { name: group } = model.getGroup(logGroupName);
        const streams = model.streams(group, logStreamNamePrefix);
        const ordered = orderBy === "LastEventTime" ? streams.toSorted((a, b) => timeOf(a) - timeOf(b)) : streams;
        const { found, ...next } = page(descending ? ordered.toReversed() : ordered, ({ name }) => name, range);
        return { logStreams: found.map((stream) => describe(group, stream)), ...next };
      },
    ),
  };
};

const FILTER = { logGroupName: groupName, filterName: streamName };

export const subscriptionActions = (model: LogsModel, subscriptions: Subscriptions): Record<string, Action> => ({
  PutSubscriptionFilter: action(
    { ...FILTER, filterPattern, destinationArn: v.string() },
    ({ logGroupName, filterName, filterPattern: pattern, destinationArn }) =>
      subscriptions.put({ group: logGroupName, name: filterName, pattern, destinationArn }),
  ),
  DeleteSubscriptionFilter: action(FILTER, ({ logGroupName, filterName }) => {
    subscriptions.remove(logGroupName, filterName);
  }),
  DescribeSubscriptionFilters: action({ logGroupName: groupName }, ({ logGroupName }) => ({
    subscriptionFilters: subscriptions
      .list(model.getGroup(logGroupName).name)
      .map(({ name, group, pattern, destinationArn, createdAt }) => ({
        filterName: name,
        logGroupName: group,
        filterPattern: pattern,
        destinationArn,
        distribution: "ByLogStream",
        creationTime: createdAt,
      })),
  })),
});
