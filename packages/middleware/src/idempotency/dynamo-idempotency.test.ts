import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import dynalite from "dynalite";
import type { AddressInfo } from "node:net";
import { dynamoWindows, rateWindow } from "../rate-window/rate-window.ts";
import { dynamoIdempotency } from "./dynamo-idempotency.ts";
import { memoryIdempotency } from "./memory.test.fixture.ts";
import type { IdempotencyRecord, IdempotencyStore } from "./store.ts";

const server = dynalite({ createTableMs: 0 });
let base: DynamoDBClient;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  base = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials });
  client = DynamoDBDocumentClient.from(base);
  await base.send(
    new CreateTableCommand({
      TableName: "links",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
});

afterAll(async () => {
  base.destroy();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
});

const record: IdempotencyRecord = {
  requestHash: "h",
  state: "IN_PROGRESS",
  leaseUntil: 100,
  plan: { codes: ["a"] },
  ttl: 9,
};
const commands = { GetCommand, PutCommand, DeleteCommand };

describe.each<[string, () => IdempotencyStore]>([
  ["in memory", memoryIdempotency],
  ["in DynamoDB", () => dynamoIdempotency({ client, table: "links", commands })],
])("the store %s", (name, open) => {
  let store: IdempotencyStore;
  let id = "";
  beforeEach(() => {
    store = open();
    id = `I#${name}#${expect.getState().currentTestName ?? ""}`;
  });

  test("gives back what was written", async () => {
    expect(await store.read(id)).toBeUndefined();
    expect(await store.write(id, record, undefined)).toBe(true);
    expect(await store.read(id)).toMatchObject(record);
  });

  test("does not write over a record that it was not told of", async () => {
    await store.write(id, record, undefined);
    expect(await store.write(id, { ...record, leaseUntil: 200 }, undefined)).toBe(false);
    expect(await store.write(id, { ...record, leaseUntil: 200 }, 99)).toBe(false);
    expect(await store.read(id)).toMatchObject({ leaseUntil: 100 });
  });

  test("writes over the lease that it was told of, and keeps the reply", async () => {
    await store.write(id, record, undefined);
    const reply = { statusCode: 201, headers: { etag: '"v1"' }, body: "{}" };
    expect(await store.write(id, { ...record, state: "DONE", reply }, 100)).toBe(true);
    expect(await store.read(id)).toMatchObject({ state: "DONE", reply });
  });

  test("removes only with the right lease", async () => {
    await store.write(id, record, undefined);
    await store.remove(id, 99);
    expect(await store.read(id)).toBeDefined();
    await store.remove(id, 100);
    expect(await store.read(id)).toBeUndefined();
  });
});

test("another failure of the table is thrown, not taken for a lost condition", async () => {
  const store = dynamoIdempotency({ client, table: "nowhere", commands });
  await expect(store.write("I#x", record, undefined)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a rate window takes up to its limit, then says when to come back, and is new in the next window", async () => {
  jest.useFakeTimers({ now: 1_000_000, doNotFake: ["nextTick", "setImmediate", "setTimeout", "clearTimeout"] });
  const store = dynamoWindows({ client, table: "links", commands: { UpdateCommand } });
  const window = rateWindow({ store, route: "POST /v1/links", limit: 10, windowSeconds: 60 });
  await window.take("u-1", 9);
  await window.take("u-2", 10);
  await expect(window.take("u-1", 2)).rejects.toMatchObject({
    code: "rate-limited",
    status: 429,
    headers: {
      "retry-after": "20",
      ratelimit: '"POST /v1/links";r=0;t=20',
      "ratelimit-policy": '"POST /v1/links";q=10;w=60',
    },
  });
  await window.take("u-1");
  await expect(window.take("u-1")).rejects.toMatchObject({ code: "rate-limited" });
  await expect(window.take("u-3", 11)).rejects.toMatchObject({ code: "rate-limited" });
  jest.setSystemTime(1_020_000);
  await window.take("u-1", 10);
  jest.useRealTimers();
});
