// Parameters of the Logs API: each action names those it honours, everything else is refused.
import * as v from "valibot";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action, Call } from "../gateway/service.ts";
import { LIMITS, RETENTION_DAYS } from "./limits.ts";

const groupName = v.pipe(
  v.string(),
  v.regex(/^[.\-_/#A-Za-z0-9]{1,512}$/, "must be 1 to 512 of a-z, A-Z, 0-9 and . - _ / #"),
);
const streamName = v.pipe(v.string(), v.regex(/^[^:*]{1,512}$/, "must be 1 to 512 characters without : and *"));
const limit = (most: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)));
const time = v.optional(v.pipe(v.number(), v.minValue(0)));
export const retentionDays = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  v.check((days) => RETENTION_DAYS.includes(days), `must be one of ${RETENTION_DAYS.join(", ")}`),
);

const tags = v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(128)), v.pipe(v.string(), v.maxLength(256)));

export const parameters = {
  group: v.strictObject({ logGroupName: groupName }),
  createGroup: v.strictObject({
    logGroupName: groupName,
    logGroupClass: v.optional(v.literal("STANDARD", "only STANDARD is supported")),
    tags: v.optional(tags),
  }),
  tag: v.strictObject({ resourceArn: v.string(), tags }),
  untag: v.strictObject({ resourceArn: v.string(), tagKeys: v.array(v.string()) }),
  tagsOf: v.strictObject({ resourceArn: v.string() }),
  stream: v.strictObject({ logGroupName: groupName, logStreamName: streamName }),
  describeGroups: v.strictObject({
    logGroupNamePrefix: v.optional(v.string()),
    limit: limit(LIMITS.describe),
    nextToken: v.optional(v.string()),
  }),
  describeStreams: v.strictObject({
    logGroupName: groupName,
    logStreamNamePrefix: v.optional(v.string()),
    orderBy: v.optional(v.picklist(["LogStreamName", "LastEventTime"])),
    descending: v.optional(v.boolean()),
    limit: limit(LIMITS.describe),
    nextToken: v.optional(v.string()),
  }),
  retention: v.strictObject({ logGroupName: groupName, retentionInDays: retentionDays }),
  putEvents: v.strictObject({
    logGroupName: groupName,
    logStreamName: streamName,
    sequenceToken: v.optional(v.string()), // ignored, as on AWS since 2023
    logEvents: v.pipe(
      v.array(v.strictObject({ timestamp: v.number(), message: v.pipe(v.string(), v.minLength(1)) })),
      v.minLength(1),
      v.maxLength(LIMITS.eventsPerPut),
    ),
  }),
  getEvents: v.strictObject({
    logGroupName: groupName,
    logStreamName: streamName,
    startTime: time,
    endTime: time,
    limit: limit(LIMITS.eventsPerRead),
    nextToken: v.optional(v.string()),
    startFromHead: v.optional(v.boolean()),
  }),
  filterEvents: v.strictObject({
    logGroupName: groupName,
    logStreamNames: v.optional(v.array(streamName)),
    logStreamNamePrefix: v.optional(v.string()),
    startTime: time,
    endTime: time,
    filterPattern: v.optional(v.string()),
    limit: limit(LIMITS.eventsPerRead),
    nextToken: v.optional(v.string()),
    interleaved: v.optional(v.boolean()), // always so, as on AWS since 2019
  }),
  putFilter: v.strictObject({
    logGroupName: groupName,
    filterName: streamName,
    filterPattern: v.pipe(v.string(), v.maxLength(LIMITS.filterPatternCharacters)),
    destinationArn: v.string(),
  }),
  filter: v.strictObject({ logGroupName: groupName, filterName: streamName }),
  describeFilters: v.strictObject({ logGroupName: groupName, filterNamePrefix: v.optional(v.string()) }),
  groupProperties: v.strictObject({
    LogGroupName: v.optional(groupName),
    RetentionInDays: v.optional(retentionDays),
    LogGroupClass: v.optional(v.literal("STANDARD", "only STANDARD is supported")),
    KmsKeyId: v.optional(v.unknown()),
    Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() }))),
  }),
  filterProperties: v.strictObject({
    LogGroupName: groupName,
    FilterName: v.optional(streamName),
    FilterPattern: v.string(),
    DestinationArn: v.string(),
    Distribution: v.optional(v.unknown()),
  }),
};

/** Reads them; throws InvalidParameterException naming the one that is wrong, NotImplemented naming an unknown one. */
export const read = <S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> => {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "The input";
  if (issue.type === "strict_object" && issue.expected === "never") throw unsupported(path);
  throw new AwsError("InvalidParameterException", 400, `${path}: ${issue.message}`);
};

/** An action that honours just the parameters of this schema. */
export const action = <E extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<E, undefined>,
  act: (input: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => unknown,
): Action =>
  Object.assign(({ input }: Pick<Call, "input">) => act(read(schema, input)), {
    parameters: Object.keys(schema.entries),
  });
