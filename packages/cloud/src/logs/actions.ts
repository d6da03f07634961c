// The Logs API: groups, streams, retention and subscription filters.
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Group, LogsModel, Stream } from "./model.ts";
import { parameters, read } from "./parameters.ts";
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
    CreateLogGroup: ({ input }) => {
      const { logGroupName: name } = read(parameters.createGroup, input);
      if (model.findGroup(name)) throw exists("group");
      model.putGroup({ name, createdAt: clock.now() });
    },
    DeleteLogGroup: ({ input }) => {
      const { name } = model.getGroup(read(parameters.group, input).logGroupName);
      subscriptions.removeAll(name);
      model.removeGroup(name);
    },
    DescribeLogGroups: ({ input }) => {
      const { logGroupNamePrefix, limit = LIMITS.describe, nextToken } = read(parameters.describeGroups, input);
      const { found, ...next } = page(model.groups(logGroupNamePrefix), ({ name }) => name, { limit, nextToken });
      return { logGroups: found.map(describe), ...next };
    },
    PutRetentionPolicy: ({ input }) => {
      const { logGroupName, retentionInDays } = read(parameters.retention, input);
      model.putGroup({ ...model.getGroup(logGroupName), retentionDays: retentionInDays });
    },
    DeleteRetentionPolicy: ({ input }) => {
      const { retentionDays: _gone, ...group } = model.getGroup(read(parameters.group, input).logGroupName);
      model.putGroup(group);
    },
  };
};

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
    CreateLogStream: ({ input }) => {
      const { logGroupName, logStreamName } = read(parameters.stream, input);
      const { name: group } = model.getGroup(logGroupName);
      if (model.findStream(group, logStreamName)) throw exists("stream");
      model.putStream({ group, name: logStreamName, createdAt: clock.now() });
    },
    DeleteLogStream: ({ input }) => {
      const { logGroupName, logStreamName } = read(parameters.stream, input);
      model.removeStream(model.getGroup(logGroupName).name, logStreamName);
    },
    DescribeLogStreams: ({ input }) => {
      const { logGroupName, ...wanted } = read(parameters.describeStreams, input);
      const { orderBy = "LogStreamName", descending = false, limit = LIMITS.describe, nextToken } = wanted;
      const { name: group } = model.getGroup(logGroupName);
      const streams = model.streams(group, wanted.logStreamNamePrefix);
      const ordered = orderBy === "LogStreamName" ? streams : streams.toSorted((a, b) => timeOf(a) - timeOf(b));
      const all = descending ? ordered.toReversed() : ordered;
      const { found, ...next } = page(all, ({ name }) => name, { limit, nextToken });
      return { logStreams: found.map((stream) => describe(group, stream)), ...next };
    },
  };
};

export const subscriptionActions = (model: LogsModel, subscriptions: Subscriptions): Record<string, Action> => ({
  PutSubscriptionFilter: ({ input }) => {
    const { logGroupName, filterName, filterPattern, destinationArn } = read(parameters.putFilter, input);
    subscriptions.put({ group: logGroupName, name: filterName, pattern: filterPattern, destinationArn });
  },
  DeleteSubscriptionFilter: ({ input }) => {
    const { logGroupName, filterName } = read(parameters.filter, input);
    subscriptions.remove(logGroupName, filterName);
  },
  DescribeSubscriptionFilters: ({ input }) => {
    const { logGroupName, filterNamePrefix = "" } = read(parameters.describeFilters, input);
    const filters = subscriptions.list(model.getGroup(logGroupName).name);
    return {
      subscriptionFilters: filters
        .filter(({ name }) => name.startsWith(filterNamePrefix))
        .map(({ name, group, pattern, destinationArn, createdAt }) => ({
          filterName: name,
          logGroupName: group,
          filterPattern: pattern,
          destinationArn,
          distribution: "ByLogStream",
          creationTime: createdAt,
        })),
    };
  },
});
