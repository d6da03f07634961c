// ListStreams, DescribeStream, GetShardIterator, GetRecords: the API DynamoDBStreams_20120810.
import * as v from "valibot";
import type { Clock } from "../clock/clock.ts";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action, Input } from "../gateway/service.ts";
import { ITERATOR_LIFETIME_MS, MAX_STREAM_BYTES, MAX_STREAM_RECORDS } from "./limits.ts";
import { textOf } from "./parameters.ts";
import { toApiRecord, type StreamRecord } from "./stream-record.ts";
import type { StreamPosition, Streams, StreamState } from "./streams.ts";
import { invalid } from "./table-definition.ts";

const action = honouring("ValidationException");
const limit = (most: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), most);
const MAX_PAGE = 100;

interface Iterator extends StreamPosition {
  readonly made: number;
}

const writeIterator = ({ arn, shard, after, made }: Iterator): string =>
  `${arn}|1|${Buffer.from(JSON.stringify([shard, after, made])).toString("base64url")}`;

const invalidIterator = (): AwsError => invalid("Invalid ShardIterator");

const readIterator = (text: string): Iterator => {
  const [arn = "", , rest = ""] = text.split("|");
  try {
    const fields = v.tuple([v.string(), v.pipe(v.string(), v.regex(/^[\d/]*$/)), v.number()]);
    const [shard, after, made] = v.parse(fields, JSON.parse(Buffer.from(rest, "base64url").toString()));
    return { arn, shard, after, made };
  } catch {
    throw invalidIterator();
  }
};

/** The stream that a request names, for IAM. */
export const streamArnOf = (input: Input): string =>
  textOf(input["StreamArn"]) || (textOf(input["ShardIterator"]).split("|")[0] ?? "");

const missingSequence = (): AwsError =>
  invalid("One or more parameter values were invalid: SequenceNumber is required for AT_ or AFTER_SEQUENCE_NUMBER");
const trimmedData = (): AwsError =>
  new AwsError("TrimmedDataAccessException", 400, "The operation attempted to read past the oldest stream record");

/** Records of one answer: 1 MB, but at least one. */
const withinBytes = (records: readonly StreamRecord[]): readonly StreamRecord[] => {
  let bytes = 0;
  const end = records.findIndex((record, n) => (bytes += record.bytes) > MAX_STREAM_BYTES && n > 0);
  return end < 0 ? records : records.slice(0, end);
};

const describe = (streams: Streams, stream: StreamState, from: string | undefined, most: number): object => {
  const { arn, label, table, view, keySchema, shards, createdAt, endedAt, start } = stream;
  const rest = shards.slice(from === undefined ? 0 : shards.indexOf(from) + 1);
  const page = rest.slice(0, most);
  return {
    StreamArn: arn,
    StreamLabel: label,
    StreamStatus: endedAt === undefined ? "ENABLED" : "DISABLED",
    StreamViewType: view,
    CreationRequestDateTime: createdAt / 1000,
    TableName: table,
    KeySchema: keySchema,
    Shards: page.map((ShardId) => ({
      ShardId,
      SequenceNumberRange: {
        StartingSequenceNumber: start,
        ...(endedAt !== undefined && { EndingSequenceNumber: streams.newest(arn, ShardId) }),
      },
    })),
    ...(rest.length > page.length && { LastEvaluatedShardId: page.at(-1) }),
  };
};

const readActions = (streams: Streams, clock: Clock): Readonly<Record<string, Action>> => ({
  GetShardIterator: action(
    {
      StreamArn: v.string(),
      ShardId: v.string(),
      ShardIteratorType: v.picklist(["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"]),
      SequenceNumber: v.optional(v.pipe(v.string(), v.regex(/^\d{21,40}$/))),
    },
    ({ StreamArn: arn, ShardId: shard, ShardIteratorType: type, SequenceNumber: given = "" }) => {
      const { shards, trimmed = "" } = streams.get(arn);
      if (!shards.includes(shard)) {
        const message = `Requested resource not found: Shard: ${shard} in stream ${arn} not found`;
        throw new AwsError("ResourceNotFoundException", 400, message);
      }
      if (type.endsWith("SEQUENCE_NUMBER")) {
        if (given === "") throw missingSequence();
        if (given < trimmed || (given === trimmed && type.startsWith("AT"))) throw trimmedData();
      }
      const before = given.slice(0, -1) + String.fromCharCode(given.charCodeAt(given.length - 1) - 1);
      const after = { TRIM_HORIZON: "", LATEST: "", AT_SEQUENCE_NUMBER: before, AFTER_SEQUENCE_NUMBER: given }[type];
      const at = type === "LATEST" ? streams.newest(arn, shard) : after;
      return { ShardIterator: writeIterator({ arn, shard, after: at, made: clock.now() }) };
    },
  ),
  GetRecords: action({ ShardIterator: v.string(), Limit: limit(MAX_STREAM_RECORDS) }, ({ ShardIterator, Limit }) => {
    const { made, ...position } = readIterator(ShardIterator);
    const { arn, view, shards, endedAt } = streams.get(position.arn);
    if (!shards.includes(position.shard)) throw invalidIterator();
    if (clock.now() - made > ITERATOR_LIFETIME_MS) {
      throw new AwsError(
        "ExpiredIteratorException",
        400,
        "The shard iterator has expired: it was made over 15 minutes ago",
      );
    }
    const records = withinBytes(streams.read(position, Limit));
    const next = { ...position, after: records.at(-1)?.sequence ?? position.after, made: clock.now() };
    const ended = endedAt !== undefined && streams.read(next, 1).length === 0;
    return {
      Records: records.map((record) => toApiRecord(record, arn, view)),
      ...(!ended && { NextShardIterator: writeIterator(next) }),
    };
  }),
});

export const streamActions = (streams: Streams, clock: Clock): Readonly<Record<string, Action>> => ({
  ListStreams: action(
    {
      TableName: v.optional(v.string()),
      Limit: limit(MAX_PAGE),
      ExclusiveStartStreamArn: v.optional(v.string(), ""),
    },
    ({ TableName, Limit, ExclusiveStartStreamArn: from }) => {
      const rest = streams.list().filter(({ arn, table }) => arn > from && (TableName ?? table) === table);
      const page = rest.slice(0, Limit);
      return {
        Streams: page.map(({ arn, table, label }) => ({ StreamArn: arn, TableName: table, StreamLabel: label })),
        ...(rest.length > page.length && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
      };
    },
  ),
  DescribeStream: action(
    { StreamArn: v.string(), Limit: limit(MAX_PAGE), ExclusiveStartShardId: v.optional(v.string()) },
    ({ StreamArn, Limit, ExclusiveStartShardId }) => ({
      StreamDescription: describe(streams, streams.get(StreamArn), ExclusiveStartShardId, Limit),
    }),
  ),
  ...readActions(streams, clock),
});
