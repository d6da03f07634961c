import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { serve, type Served } from "../gateway/serve.test.fixture.ts";
import { sign } from "../protocols/sigv4.ts";
import { createDynamoDb } from "./index.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const CROWD = FULL ? 300 : 60;

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

let served: Served;
let db: DynamoDBClient;

beforeAll(async () => {
  served = await serve((ground) => [createDynamoDb(ground).service]);
  db = new DynamoDBClient(served.client);
  await db.send(
    new CreateTableCommand({
      TableName: "things",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: ["pk", "sk", "color", "size"].map((AttributeName) => ({
        AttributeName,
        AttributeType: AttributeName === "size" ? "N" : "S",
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-color",
          KeySchema: [{ AttributeName: "color", KeyType: "HASH" }],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["note"] },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "by-size",
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "size", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
});

afterAll(async () => {
  db.destroy();
  await served.close();
});

const TableName = "things";
const key = (pk: string, sk = "1") => ({ pk: { S: pk }, sk: { S: sk } });

describe("one item", () => {
  test("every attribute type comes back as it was put", async () => {
    const Item: Record<string, AttributeValue> = {
      ...key("types"),
      bytes: { B: Buffer.from([0, 255, 1, 254]) },
      byteSet: { BS: [Buffer.from("a"), Buffer.from([128])] },
      number: { N: "12345678901234567890123456789012345678" },
      numberSet: { NS: ["1", "-2.5", "100"] },
      names: { SS: ["ä", "b"] },
      map: { M: { list: { L: [{ BOOL: true }, { NULL: true }, { S: "" }] } } },
    };
    await db.send(new PutItemCommand({ TableName, Item }));
    const { Item: found } = await db.send(new GetItemCommand({ TableName, Key: key("types") }));
    expect(found).toEqual({
      ...Item,
      bytes: { B: new Uint8Array([0, 255, 1, 254]) },
      byteSet: { BS: [new Uint8Array([97]), new Uint8Array([128])] },
    });
  });

  test("a failed condition answers the item when it is asked for", async () => {
    await db.send(new PutItemCommand({ TableName, Item: { ...key("taken"), by: { S: "ann" } } }));
    const again = db.send(
      new PutItemCommand({
        TableName,
        Item: { ...key("taken"), by: { S: "bob" } },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    const error = await again.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ message: "The conditional request failed", Item: { by: { S: "ann" } } });
  });

  test("capacity is exact: 4 KB reads, half when eventually consistent, 1 KB writes, indexes apart", async () => {
    const Item = { ...key("capacity"), filler: { S: "é".repeat(2500) } };
    const put = await db.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: "TOTAL" }));
    expect(put.ConsumedCapacity?.CapacityUnits).toBe(5);
    const Key = key("capacity");
    const half = await db.send(new GetItemCommand({ TableName, Key, ReturnConsumedCapacity: "TOTAL" }));
    expect(half.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 1 });
    const whole = await db.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(whole.ConsumedCapacity?.CapacityUnits).toBe(2);
    const indexed = await db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET color = :red, #size = :one",
        ExpressionAttributeNames: { "#size": "size" },
        ExpressionAttributeValues: { ":red": { S: "red" }, ":one": { N: "1" } },
        ReturnConsumedCapacity: "INDEXES",
      }),
    );
    expect(indexed.ConsumedCapacity).toEqual({
      TableName,
      CapacityUnits: 11,
      Table: { CapacityUnits: 5 },
      GlobalSecondaryIndexes: { "by-color": { CapacityUnits: 1 } },
      LocalSecondaryIndexes: { "by-size": { CapacityUnits: 5 } },
    });
    const missing = await db.send(
      new DeleteItemCommand({ TableName, Key: key("nobody"), ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(missing.ConsumedCapacity?.CapacityUnits).toBe(1);
  });

  test("an item over 400 KB is refused, counted in UTF-8", async () => {
    const Item = { ...key("big"), filler: { S: "é".repeat(205_000) } };
    await expect(db.send(new PutItemCommand({ TableName, Item }))).rejects.toThrow("Item size has exceeded");
    const { Item: found } = await db.send(new GetItemCommand({ TableName, Key: key("big") }));
    expect(found).toBeUndefined();
  });

  test("an item nested 10,000 deep is refused, not choked on", async () => {
    const body = `{"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"S":"a"},"doc":${'{"L":['.repeat(10_000)}${"]}".repeat(10_000)}}}`;
    const headers = { host: new URL(served.endpoint).host, "x-amz-target": "DynamoDB_20120810.PutItem" };
    const signed = sign(
      { method: "POST", path: "/", rawQuery: "", headers, payload: body },
      { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", service: "dynamodb", now: Date.now() },
    );
    const response = await fetch(served.endpoint, { method: "POST", headers: { ...signed }, body });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        __type: "ValidationException",
        message: expect.stringContaining("Nesting Levels have exceeded supported limits"),
      },
    ]);
  });

  test("a parameter that is not honoured is refused by name", async () => {
    const put = new PutItemCommand({ TableName, Item: key("metrics"), ReturnItemCollectionMetrics: "SIZE" });
    await expect(db.send(put)).rejects.toThrow("ReturnItemCollectionMetrics SIZE is not supported");
  });

  test("a crowd of callers at once on a stock of 10 takes exactly 10", async () => {
    await db.send(new PutItemCommand({ TableName, Item: { ...key("stock"), left: { N: "10" } } }));
    const take = () =>
      db.send(
        new UpdateItemCommand({
          TableName,
          Key: key("stock"),
          UpdateExpression: "SET #left = #left - :one",
          ConditionExpression: "#left >= :one",
          ExpressionAttributeNames: { "#left": "left" },
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
    const outcomes = await Promise.allSettled(Array.from({ length: CROWD }, take));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const { Item } = await db.send(new GetItemCommand({ TableName, Key: key("stock"), ConsistentRead: true }));
    expect(Item?.["left"]).toEqual({ N: "0" });
  });
});

describe("many items", () => {
  test("a query pages through a partition in order, both ways", async () => {
    const puts = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: { ...key("pages", String(n).padStart(3, "0")), size: { N: String(-n) } } },
    }));
    await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
    const query = {
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "pages" } },
      Limit: 10,
    };
    const first = await db.send(new QueryCommand(query));
    const second = await db.send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));
    const third = await db.send(new QueryCommand({ ...query, ExclusiveStartKey: second.LastEvaluatedKey }));
    const names = [first, second, third].flatMap(({ Items = [] }) => Items.map((item) => item["sk"]?.S));
    expect(names).toEqual(puts.map(({ PutRequest }) => PutRequest.Item.sk.S));
    expect(third.LastEvaluatedKey).toBeUndefined();
    const smallest = await db.send(new QueryCommand({ ...query, IndexName: "by-size", Limit: 1 }));
    expect(smallest.Items?.[0]?.["size"]).toEqual({ N: "-24" });
    const last = await db.send(new QueryCommand({ ...query, ScanIndexForward: false, Limit: 1 }));
    expect(last.Items?.[0]?.["sk"]).toEqual({ S: "024" });
  });

  test("an index with thousands of entries under one key shows all of them, page by page", async () => {
    const count = 6000; // dynalite's own index keys collide at this size
    const batches = Array.from({ length: count / 25 }, (_, batch) =>
      Array.from({ length: 25 }, (_unused, n) => ({
        PutRequest: {
          Item: { ...key(`many-${batch * 25 + n}`), color: { S: "blue" }, note: { S: "x" }, other: { S: "y" } },
        },
      })),
    );
    for (const batch of batches) await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: batch } }));
    const seen = new Set<string | undefined>();
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await db.send(
        new QueryCommand({
          TableName,
          IndexName: "by-color",
          KeyConditionExpression: "color = :blue",
          ExpressionAttributeValues: { ":blue": { S: "blue" } },
          Limit: 700,
          ScanIndexForward: false,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      for (const item of page.Items ?? []) {
        expect(Object.keys(item).toSorted()).toEqual(["color", "note", "pk", "sk"]);
        seen.add(item["pk"]?.S);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen.size).toBe(count);
  });

  test("a scan counts what it read, not what it answered", async () => {
    const { Count, ScannedCount, ConsumedCapacity } = await db.send(
      new ScanCommand({
        TableName,
        FilterExpression: "pk = :none",
        ExpressionAttributeValues: { ":none": { S: "none" } },
        Limit: 5,
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect({ Count, ScannedCount, units: ConsumedCapacity?.CapacityUnits }).toEqual({
      Count: 0,
      ScannedCount: 5,
      units: 0.5,
    });
  });

  test("BatchGetItem answers what exists and adds its units up", async () => {
    await db.send(new PutItemCommand({ TableName, Item: key("here") }));
    const { Responses, ConsumedCapacity } = await db.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [key("here"), key("gone")], ConsistentRead: true } },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(Responses?.[TableName]).toEqual([key("here")]);
    expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2 }]);
  });
});

const attributeValue: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: character }).map((S) => ({ S })),
    fc.uint8Array().map((B) => ({ B })),
    fc.integer().map((n) => ({ N: String(n) })),
    fc.uniqueArray(fc.string({ unit: character }), { minLength: 1 }).map((SS) => ({ SS })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.array(tie("value"), { maxLength: 4 }).map((L) => ({ L })),
    fc
      .dictionary(
        fc.string().filter((name) => name !== "__proto__"),
        tie("value"),
        { maxKeys: 4 },
      )
      .map((M) => ({ M })),
  ),
})).value;

test("whatever is put is got, and is found at its place in a query", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: character, minLength: 1, maxLength: 200 }),
      attributeValue,
      async (sk, value) => {
        fc.pre(Buffer.from(sk, "utf8").toString("utf8") === sk);
        const Item = { ...key("fuzz", sk), value };
        await db.send(new PutItemCommand({ TableName, Item }));
        const { Item: found } = await db.send(new GetItemCommand({ TableName, Key: key("fuzz", sk) }));
        expect(found).toEqual(Item);
      },
    ),
    { seed: 7, numRuns: FULL ? 150 : 50 },
  );
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "fuzz" } },
    }),
  );
  const keys = Items.map((item) => Buffer.from(item["sk"]?.S ?? ""));
  expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(a, b)));
});
