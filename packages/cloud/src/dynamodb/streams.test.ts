import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type StreamViewType,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
} from "@aws-sdk/client-dynamodb-streams";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { serve, type Served, type ServeOptions } from "../gateway/serve.test.fixture.ts";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { ResourceType } from "../cloudformation/resource-type.ts";
import { createDynamoDb } from "./index.ts";

const START = Date.now();
const HOUR = 3_600_000;
const TableName = "books";
let served: Served;
let db: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let changed: string[];
let type: ResourceType | undefined;

const open = async (options: ServeOptions = {}, streamShards = 1): Promise<void> => {
  changed = [];
  served = await serve(
    (ground) => {
      ground.bus.on("item-changed", ({ streamArn }) => changed.push(streamArn));
      const { service } = createDynamoDb(ground, { streamShards });
      type = service.types["AWS::DynamoDB::Table"];
      return [service];
    },
    { frozenAt: START, ...options },
  );
  db = new DynamoDBClient({ ...served.client, maxAttempts: 1 });
  streams = new DynamoDBStreamsClient({ ...served.client, maxAttempts: 1 });
};
const close = async (): Promise<void> => {
  db.destroy();
  streams.destroy();
  await served.close();
};
beforeEach(() => open());
afterEach(close);

const create = async (StreamViewType: StreamViewType = "NEW_AND_OLD_IMAGES"): Promise<string> => {
  const { TableDescription } = await db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType },
    }),
  );
  return TableDescription?.LatestStreamArn ?? "";
};
const put = (id: string, more: object = {}) =>
  db.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...more } }));
const remove = (id: string) => db.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
const describeStream = async (StreamArn: string) =>
  (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription;
const iterator = async (
  StreamArn: string,
  ShardIteratorType: ShardIteratorType = "TRIM_HORIZON",
  SequenceNumber?: string,
) => {
  const ShardId = (await describeStream(StreamArn))?.Shards?.[0]?.ShardId;
  const request = { StreamArn, ShardId, ShardIteratorType, ...(SequenceNumber && { SequenceNumber }) };
  return (await streams.send(new GetShardIteratorCommand(request))).ShardIterator;
};
const get = (ShardIterator: string | undefined, Limit?: number) =>
  streams.send(new GetRecordsCommand({ ShardIterator, ...(Limit && { Limit }) }));
const read = async (arn: string) => (await get(await iterator(arn))).Records ?? [];
const idsOf = (records: readonly { dynamodb?: { Keys?: Record<string, { S?: string }> } }[] | undefined) =>
  records?.map(({ dynamodb }) => dynamodb?.Keys?.["id"]?.S);

test("a change is a record with its images, in order; a write that changes nothing leaves none", async () => {
  const arn = await create();
  await put("a", { n: { N: "1" }, tags: { SS: ["x", "y"] } });
  await put("a", { tags: { SS: ["y", "x"] }, n: { N: "1" } });
  await put("a", { n: { N: "2" } });
  await remove("a");
  await remove("a");
  const records = await read(arn);
  expect(records).toMatchObject([
    {
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      dynamodb: {
        ApproximateCreationDateTime: new Date(Math.floor(START / 1000) * 1000),
        Keys: { id: { S: "a" } },
        NewImage: { id: { S: "a" }, n: { N: "1" }, tags: { SS: ["x", "y"] } },
        SizeBytes: 15,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    },
    { eventName: "MODIFY", dynamodb: { NewImage: { n: { N: "2" } }, OldImage: { n: { N: "1" } } } },
    { eventName: "REMOVE", dynamodb: { OldImage: { n: { N: "2" } } } },
  ]);
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
  expect(numbers).toEqual(numbers.toSorted());
  expect(numbers[0]).toMatch(/^\d{21}$/);
  expect(records[0]?.eventID).toMatch(/^[0-9a-f]{32}$/);
  expect(changed).toEqual([arn, arn, arn]);
});

test.each<[StreamViewType, string[]]>([
  ["KEYS_ONLY", []],
  ["NEW_IMAGE", ["NewImage"]],
  ["OLD_IMAGE", ["OldImage"]],
  ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
])("the view %s shows the images %j", async (view, images) => {
  const arn = await create(view);
  await put("a");
  await put("a", { n: { N: "2" } });
  const [, modified] = await read(arn);
  expect(Object.keys(modified?.dynamodb ?? {}).filter((name) => name.endsWith("Image"))).toEqual(images);
});

test("a cancelled transaction and a failed condition leave no record; a transaction leaves all of its own", async () => {
  const arn = await create();
  const one = (id: string, ConditionExpression?: string) => ({
    Put: { TableName, Item: { id: { S: id } }, ...(ConditionExpression && { ConditionExpression }) },
  });
  const write = (...TransactItems: ReturnType<typeof one>[]) =>
    db.send(new TransactWriteItemsCommand({ TransactItems }));
  await expect(write(one("a"), one("b", "attribute_exists(id)"))).rejects.toThrow("ConditionalCheckFailed");
  const condition = { ConditionExpression: "attribute_exists(id)" };
  await expect(db.send(new PutItemCommand({ TableName, Item: { id: { S: "c" } }, ...condition }))).rejects.toThrow(
    "conditional",
  );
  expect(changed).toEqual([]);
  await write(one("d"), one("e"));
  expect(idsOf(await read(arn))).toEqual(["d", "e"]);
  expect(changed).toEqual([arn]);
});

test("an item that TTL deletes says so", async () => {
  const arn = await create();
  const TimeToLiveSpecification = { AttributeName: "expires", Enabled: true };
  await db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  await put("a", { expires: { N: String(Math.floor(START / 1000) + 60) } });
  await served.clock.advance(HOUR);
  const records = await read(arn);
  expect(records.map(({ eventName, userIdentity }) => [eventName, userIdentity])).toEqual([
    ["INSERT", undefined],
    ["REMOVE", { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" }],
  ]);
});

test("iterators start at the horizon, at the end, at or after a number, and go on page by page", async () => {
  const arn = await create();
  for (const id of ["a", "b", "c"]) await put(id);
  const latest = await iterator(arn, "LATEST");
  await put("d");
  const numbers = (await read(arn)).map(({ dynamodb }) => dynamodb?.SequenceNumber);
  expect(idsOf((await get(latest)).Records)).toEqual(["d"]);
  expect(idsOf((await get(await iterator(arn, "AT_SEQUENCE_NUMBER", numbers[1]))).Records)).toEqual(["b", "c", "d"]);
  expect(idsOf((await get(await iterator(arn, "AFTER_SEQUENCE_NUMBER", numbers[1]))).Records)).toEqual(["c", "d"]);
  const first = await get(await iterator(arn), 3);
  expect(idsOf(first.Records)).toEqual(["a", "b", "c"]);
  const second = await get(first.NextShardIterator);
  expect(idsOf(second.Records)).toEqual(["d"]);
  expect((await get(second.NextShardIterator)).Records).toEqual([]);
  await served.clock.advance(16 * 60_000);
  await expect(get(second.NextShardIterator)).rejects.toThrow("expired");
  await expect(get("nonsense")).rejects.toThrow("Invalid ShardIterator");
});

test("records are kept for 24 hours, and an ended stream as long", async () => {
  const arn = await create();
  await put("old");
  const [{ dynamodb: { SequenceNumber = "" } = {} } = {}] = await read(arn);
  await served.clock.advance(23 * HOUR);
  await put("young");
  await served.clock.advance(HOUR + 60_000);
  expect(idsOf(await read(arn))).toEqual(["young"]);
  await expect(iterator(arn, "AT_SEQUENCE_NUMBER", SequenceNumber)).rejects.toThrow("oldest stream record");
  await db.send(new DeleteTableCommand({ TableName }));
  expect(await describeStream(arn)).toMatchObject({ StreamStatus: "DISABLED" });
  const last = await get(await iterator(arn));
  expect([idsOf(last.Records), last.NextShardIterator]).toEqual([["young"], undefined]);
  await served.clock.advance(25 * HOUR);
  await expect(describeStream(arn)).rejects.toThrow("Requested resource not found");
  expect((await streams.send(new ListStreamsCommand({}))).Streams).toEqual([]);
});

test("UpdateTable ends a stream and begins another; both are listed", async () => {
  const first = await create("KEYS_ONLY");
  const update = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: StreamViewType }) =>
    db.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  await expect(update({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" })).rejects.toThrow("already has an enabled");
  await update({ StreamEnabled: false });
  await expect(update({ StreamEnabled: false })).rejects.toThrow("does not have a stream");
  await put("unseen");
  await update({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  const { Table } = await db.send(new DescribeTableCommand({ TableName }));
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  const second = Table?.LatestStreamArn ?? "";
  const listed = await streams.send(new ListStreamsCommand({ TableName }));
  expect(listed.Streams?.map(({ StreamArn }) => StreamArn)).toEqual([first, second]);
  await put("seen");
  expect([idsOf(await read(first)), idsOf(await read(second))]).toEqual([[], ["seen"]]);
});

test("CloudFormation makes, changes and ends a stream, and gives its ARN", async () => {
  const context = contextOf("shop", "Books", TableName);
  const base = {
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  };
  const streaming = (StreamViewType: string) => ({ ...base, StreamSpecification: { StreamViewType } });
  const made = await type?.create(streaming("NEW_IMAGE"), context);
  const arn = made?.attributes["StreamArn"] ?? "";
  expect(arn).toContain(":table/books/stream/");
  const same = await type?.update?.(TableName, streaming("NEW_IMAGE"), streaming("NEW_IMAGE"), context);
  expect(same?.attributes["StreamArn"]).toBe(arn);
  const other = await type?.update?.(TableName, streaming("KEYS_ONLY"), streaming("NEW_IMAGE"), context);
  expect(other?.attributes["StreamArn"]).not.toBe(arn);
  const none = await type?.update?.(TableName, base, streaming("KEYS_ONLY"), context);
  expect(none?.attributes["StreamArn"]).toBeUndefined();
});

test("with several shards a key's records stay together and in order", async () => {
  await close();
  await open({}, 4);
  const arn = await create("NEW_IMAGE");
  for (let n = 0; n < 5; n++) for (const id of ["a", "b", "c", "d", "e", "f"]) await put(id, { n: { N: String(n) } });
  const shards = (await describeStream(arn))?.Shards ?? [];
  expect(shards).toHaveLength(4);
  const seen = new Map<string, string[]>();
  for (const { ShardId } of shards) {
    const start = { StreamArn: arn, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(start));
    for (const { dynamodb } of (await get(ShardIterator)).Records ?? []) {
      const key = `${dynamodb?.Keys?.["id"]?.S} ${ShardId}`;
      seen.set(key, [...(seen.get(key) ?? []), dynamodb?.NewImage?.["n"]?.N ?? ""]);
    }
  }
  expect(seen.size).toBe(6);
  for (const numbers of seen.values()) expect(numbers).toEqual(["0", "1", "2", "3", "4"]);
});

test("what was answered is there after a crash, with its record, and numbers go on rising", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-test-"));
  await close();
  await open({ folder });
  const arn = await create();
  await put("a");
  const UpdateExpression = "SET n = :n";
  const update = {
    TableName,
    Key: { id: { S: "a" } },
    UpdateExpression,
    ExpressionAttributeValues: { ":n": { N: "1" } },
  };
  await db.send(new UpdateItemCommand(update));
  // What is on the disk now is what a killed process leaves.
  const crashed = `${folder}-crashed`;
  cpSync(folder, crashed, { recursive: true });
  await close();
  await open({ folder: crashed });
  await put("b");
  expect(idsOf(await read(arn))).toEqual(["a", "a", "b"]);
  await served.clock.advance(25 * HOUR);
  await close();
  await open({ folder: crashed });
  await put("c");
  expect(idsOf((await get(await iterator(arn))).Records)).toEqual(["c"]);
  for (const path of [folder, crashed]) rmSync(path, { recursive: true });
});
