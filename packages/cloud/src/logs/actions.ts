// The Logs API: groups, streams, retention and subscription filters.
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Group, LogsModel, Stream } from "./model.ts";
import { action, parameters } from "./parameters.ts";
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
    CreateLogGroup: action(parameters.createGroup, ({ logGroupName: name, tags }) => {
      if (model.findGroup(name)) throw exists("group");
      model.putGroup({ name, createdAt: clock.now(), ...(tags && { tags: checkTags(tags) }) });
    }),
    DeleteLogGroup: action(parameters.group, ({ logGroupName }) => {
      const { name } = model.getGroup(logGroupName);
      subscriptions.removeAll(name);
      model.removeGroup(name);
    }),
    DescribeLogGroups: action(
      parameters.describeGroups,
      ({ logGroupNamePrefix, limit = LIMITS.describe, nextToken }) => {
        const { found, ...next } = page(model.groups(logGroupNamePrefix), ({ name }) => name, { limit, nextToken });
        return { logGroups: found.map(describe), ...next };
      },
    ),
    PutRetentionPolicy: action(parameters.retention, ({ logGroupName, retentionInDays }) => {
      model.putGroup({ ...model.getGroup(logGroupName), retentionDays: retentionInDays });
    }),
    DeleteRetentionPolicy: action(parameters.group, ({ logGroupName }) => {
      const { retentionDays: _gone, ...group } = model.getGroup(logGroupName);
      model.putGroup(group);
    }),
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
    CreateLogStream: action(parameters.stream, ({ logGroupName, logStreamName }) => {
      const { name: group } = model.getGroup(logGroupName);
      if (model.findStream(group, logStreamName)) throw exists("stream");
      model.putStream({ group, name: logStreamName, createdAt: clock.now() });
    }),
    DeleteLogStream: action(parameters.stream, ({ logGroupName, logStreamName }) => {
      model.removeStream(model.getGroup(logGroupName).name, logStreamName);
    }),
    DescribeLogStreams: action(parameters.describeStreams, ({ logGroupName, ...wanted }) => {
      const { orderBy = "LogStreamName", descending = false, limit = LIMITS.describe, nextToken } = wanted;
      const { name: group } = model.getGroup(logGroupName);
      const streams = model.streams(group, wanted.logStreamNamePrefix);
      const ordered = orderBy === "LogStreamName" ? streams : streams.toSorted((a, b) => timeOf(a) - timeOf(b));
      const all = descending ? ordered.toReversed() : ordered;
      const { found, ...next } = page(all, ({ name }) => name, { limit, nextToken });
      return { logStreams: found.map((stream) => describe(group, stream)), ...next };
    }),
  };
};

export const subscriptionActions = (model: LogsModel, subscriptions: Subscriptions): Record<string, Action> => ({
  PutSubscriptionFilter: action(parameters.putFilter, ({ logGroupName, filterName, filterPattern, destinationArn }) => {
    subscriptions.put({ group: logGroupName, name: filterName, pattern: filterPattern, destinationArn });
  }),
  DeleteSubscriptionFilter: action(parameters.filter, ({ logGroupName, filterName }) => {
    subscriptions.remove(logGroupName, filterName);
  }),
  DescribeSubscriptionFilters: action(parameters.describeFilters, ({ logGroupName, filterNamePrefix = "" }) => {
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
  }),
});

const checkTags = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  if (Object.keys(tags).length <= LIMITS.tags) return tags;
  throw new AwsError("TooManyTagsException", 400, `A log group has at most ${LIMITS.tags} tags`);
};

/** Tags of log groups, by their ARN with or without the `:*` behind it. */
export const tagActions = (model: LogsModel): Record<string, Action> => {
  const groupOf = (arn: string): Group =>
    model.getGroup(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(arn)?.[1] ?? "");
  return {
    TagResource: action(parameters.tag, ({ resourceArn, tags }) => {
      const group = groupOf(resourceArn);
      model.putGroup({ ...group, tags: checkTags({ ...group.tags, ...tags }) });
    }),
    UntagResource: action(parameters.untag, ({ resourceArn, tagKeys }) => {
      const group = groupOf(resourceArn);
      const kept = Object.entries(group.tags ?? {}).filter(([key]) => !tagKeys.includes(key));
      model.putGroup({ ...group, tags: Object.fromEntries(kept) });
    }),
    ListTagsForResource: action(parameters.tagsOf, ({ resourceArn }) => ({ tags: groupOf(resourceArn).tags ?? {} })),
  };
};
