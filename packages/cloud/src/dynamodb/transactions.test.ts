import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateTableCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { serve, type Served } from "../gateway/serve.test.fixture.ts";
import { createDynamoDb, type DynamoDb } from "./index.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const CROWD = FULL ? 300 : 60;

const START = Date.now();
const TableName = "stock";
let served: Served;
let dynamodb: DynamoDb;
let db: DynamoDBClient;

beforeEach(async () => {
  served = await serve(
    (ground) => {
      dynamodb = createDynamoDb(ground);
      return [dynamodb.service];
    },
    { frozenAt: START },
  );
  db = new DynamoDBClient({ ...served.client, maxAttempts: 1 });
  await db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "kind", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-kind",
          KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
});
afterEach(async () => {
  db.destroy();
  await served.close();
});

const key = (id: string) => ({ id: { S: id } });
const put = (id: string, more: object = {}) => ({ Put: { TableName, Item: { ...key(id), ...more } } });
const take = (id: string, count = 1): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(id),
    UpdateExpression: "SET #left = #left - :n",
    ConditionExpression: "#left >= :n",
    ExpressionAttributeNames: { "#left": "left" },
    ExpressionAttributeValues: { ":n": { N: String(count) } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  db.send(new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken && { ClientRequestToken }) }));
const get = async (id: string) => (await db.send(new GetItemCommand({ TableName, Key: key(id) }))).Item;
const failureOf = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);
const reasonsOf = (error: unknown) =>
  error instanceof TransactionCanceledException ? error.CancellationReasons?.map(({ Code }) => Code) : error;

test("all writes or none: one failed condition leaves every item as it was, and names itself", async () => {
  await db.send(new PutItemCommand({ TableName, Item: { ...key("a"), left: { N: "5" } } }));
  const error = await failureOf(write([put("new", { kind: { S: "x" } }), take("a", 6), take("a2")]));
  expect(error).toBeInstanceOf(TransactionCanceledException);
  expect(error).toMatchObject({
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      "[None, ConditionalCheckFailed, ConditionalCheckFailed]",
    CancellationReasons: [
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: { left: { N: "5" } } },
      { Code: "ConditionalCheckFailed" },
    ],
  });
  expect(await get("new")).toBeUndefined();
  await write([put("new"), take("a", 5), { Delete: { TableName, Key: key("gone") } }]);
  expect(await get("new")).toEqual(key("new"));
  expect(await get("a")).toMatchObject({ left: { N: "0" } });
});

test("a condition check guards without writing", async () => {
  const guard = { ConditionCheck: { TableName, Key: key("flag"), ConditionExpression: "attribute_exists(id)" } };
  expect(reasonsOf(await failureOf(write([guard, put("b")])))).toEqual(["ConditionalCheckFailed", "None"]);
  await write([put("flag")]);
  await write([guard, put("b")]);
  expect(await get("b")).toEqual(key("b"));
});

test("a token is applied once within ten minutes, refused with other parameters, and forgotten later", async () => {
  await db.send(new PutItemCommand({ TableName, Item: { ...key("a"), left: { N: "5" } } }));
  await write([take("a")], "token");
  await write([take("a")], "token");
  expect(await get("a")).toMatchObject({ left: { N: "4" } });
  await expect(write([take("a", 2)], "token")).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
  await served.clock.advance(10 * 60_000);
  await write([take("a", 2)], "token");
  expect(await get("a")).toMatchObject({ left: { N: "2" } });
});

test("transactions that meet on an item conflict; together they never take too much", async () => {
  await db.send(new PutItemCommand({ TableName, Item: { ...key("a"), left: { N: "10" } } }));
  let conflicts = 0;
  const takeOne = async (): Promise<boolean> => {
    for (;;) {
      const error = await failureOf(write([take("a"), put(`order-${Math.random()}`)]));
      if (error === undefined) return true;
      const [first] = (reasonsOf(error) ?? []) as string[];
      if (first !== "TransactionConflict") return false;
      conflicts++;
    }
  };
  const outcomes = await Promise.all(Array.from({ length: 60 }, takeOne));
  expect(outcomes.filter(Boolean)).toHaveLength(10);
  expect(await get("a")).toMatchObject({ left: { N: "0" } });
  expect(conflicts).toBeGreaterThan(0);
});

test("what cannot be is refused before anything runs", async () => {
  await expect(write([put("a"), { Delete: { TableName, Key: key("a") } }])).rejects.toThrow(
    "Transaction request cannot include multiple operations on one item",
  );
  const many = Array.from({ length: 101 }, (_, n) => put(String(n)));
  await expect(write(many)).rejects.toThrow("Member must have length less than or equal to 100");
  const big = Array.from({ length: 11 }, (_, n) => put(String(n), { filler: { S: "x".repeat(390_000) } }));
  await expect(write(big)).rejects.toThrow("4 MB");
  await expect(write([{ Put: { TableName: "none", Item: key("a") } }])).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  expect(reasonsOf(await failureOf(write([{ Put: { TableName, Item: { other: { S: "x" } } } }])))).toEqual([
    "ValidationError",
  ]);
});

test("TransactGetItems answers in order, with gaps, at twice the units", async () => {
  await write([put("a"), put("b")]);
  const { Responses, ConsumedCapacity } = await db.send(
    new TransactGetItemsCommand({
      TransactItems: ["a", "none", "b"].map((id) => ({ Get: { TableName, Key: key(id) } })),
      ReturnConsumedCapacity: "TOTAL",
    }),
  );
  expect(Responses).toEqual([{ Item: key("a") }, {}, { Item: key("b") }]);
  expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 6, ReadCapacityUnits: 6 }]);
});

test("a transactional write costs twice its units, in indexes too", async () => {
  const { ConsumedCapacity } = await db.send(
    new TransactWriteItemsCommand({
      TransactItems: [put("a", { kind: { S: "x" } }), put("b")],
      ReturnConsumedCapacity: "INDEXES",
    }),
  );
  expect(ConsumedCapacity).toEqual([
    {
      TableName,
      CapacityUnits: 6,
      WriteCapacityUnits: 6,
      Table: { CapacityUnits: 4, WriteCapacityUnits: 4 },
      GlobalSecondaryIndexes: { "by-kind": { CapacityUnits: 2, WriteCapacityUnits: 2 } },
    },
  ]);
});

test("a plain write that meets a transaction conflicts, or comes before or after it", async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const plain = new PutItemCommand({ TableName, Item: key("a"), ConditionExpression: "attribute_not_exists(id)" });
      const error = await failureOf(n % 2 === 0 ? write([put("a")]) : db.send(plain));
      if (error === undefined || error instanceof ConditionalCheckFailedException) return "fine";
      return reasonsOf(error) instanceof Error ? (error as Error).name : "cancelled";
    }),
  );
  expect(["fine", "cancelled", "TransactionConflictException"]).toEqual(expect.arrayContaining([...new Set(outcomes)]));
  expect(await get("a")).toEqual(key("a"));
});

test("a crowd of callers at once on a stock of 10 takes exactly 10; conflicts are named, and what was cancelled leaves no record", async () => {
  const { TableDescription } = await db.send(
    new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } }),
  );
  await db.send(new PutItemCommand({ TableName, Item: { ...key("stock"), left: { N: "10" } } }));
  const conflicts: string[] = [];
  const takeOne = async (caller: number): Promise<boolean> => {
    for (;;) {
      const error = await failureOf(write([take("stock"), put(`order-${caller}`)]));
      if (error === undefined) return true;
      const [first] = (reasonsOf(error) ?? []) as string[];
      if (first !== "TransactionConflict") return false;
      conflicts.push(first);
    }
  };
  const outcomes = await Promise.all(Array.from({ length: CROWD }, (_, caller) => takeOne(caller)));
  expect(outcomes.filter(Boolean)).toHaveLength(10);
  expect(conflicts.length).toBeGreaterThan(0);
  expect(await get("stock")).toMatchObject({ left: { N: "0" } });
  const arn = TableDescription?.LatestStreamArn ?? "";
  const [shard = ""] = dynamodb.streams.get(arn).shards;
  const orders = dynamodb.streams.read({ arn, shard, after: "" }, 1000).filter(({ name }) => name === "INSERT");
  expect(orders).toHaveLength(11); // the stock and ten orders: what was cancelled is not there
});

test("what was read and written is counted as AWS would bill it, a failed condition included", async () => {
  const filler = { filler: { S: "x".repeat(5_000) } };
  await db.send(new PutItemCommand({ TableName, Item: { ...key("a"), ...filler } }));
  await db.send(new GetItemCommand({ TableName, Key: key("a") }));
  const condition = { ConditionExpression: "attribute_not_exists(id)" };
  await failureOf(db.send(new PutItemCommand({ TableName, Item: key("a"), ...condition })));
  await write([put("b")]);
  expect(served.ground.meter.read()).toEqual(
    expect.arrayContaining([
      { service: "dynamodb", unit: "write-units", amount: 5 + 5 + 2 },
      { service: "dynamodb", unit: "read-units", amount: 1 },
    ]),
  );
});
