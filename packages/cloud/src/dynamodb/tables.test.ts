import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { ResourceType } from "../cloudformation/resource-type.ts";
import { serve, type Served, type ServeOptions } from "../gateway/serve.test.fixture.ts";
import type { Service } from "../gateway/service.ts";
import { createDynamoDb } from "./index.ts";

const START = Date.now();
const HOUR = 3_600_000;
let served: Served;
let service: Service;
let db: DynamoDBClient;

const open = async (options: ServeOptions = { frozenAt: START }): Promise<void> => {
  served = await serve((ground) => {
    ({ service } = createDynamoDb(ground));
    return [service];
  }, options);
  db = new DynamoDBClient({ ...served.client, maxAttempts: 1 });
};
const close = async (): Promise<void> => {
  db.destroy();
  await served.close();
};
beforeEach(() => open());
afterEach(close);

const definition: CreateTableCommandInput = {
  TableName: "books",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};
const create = (more: Partial<CreateTableCommandInput> = {}) =>
  db.send(new CreateTableCommand({ ...definition, ...more }));
const describeTable = async (TableName = "books") => (await db.send(new DescribeTableCommand({ TableName }))).Table;
const put = (id: string, more: object = {}) =>
  db.send(new PutItemCommand({ TableName: "books", Item: { id: { S: id }, ...more } }));

const seconds = (ms: number) => ({ N: String(Math.floor(ms / 1000)) });
const enable = (Enabled = true) =>
  db.send(
    new UpdateTimeToLiveCommand({
      TableName: "books",
      TimeToLiveSpecification: { AttributeName: "expires", Enabled },
    }),
  );
const ids = async () => {
  const { Items = [] } = await db.send(new ScanCommand({ TableName: "books" }));
  return new Set(Items.map(({ id }) => id?.S));
};

const type = (): ResourceType => {
  const found = service.types["AWS::DynamoDB::Table"];
  if (found?.update === undefined) throw new Error("the type is missing");
  return found;
};
const check = (properties: object) => () => type().check?.({ ...properties });
const needs = (action: string, input: object) =>
  service
    .needs({ action, input: { ...input }, region: "us-east-1", request: undefined as never })
    .map(({ makeContext, ...need }) => ({ ...need, ...(makeContext && { context: makeContext() }) }));

describe("tables", () => {
  test("a table is answered as CREATING and is ACTIVE at the next look", async () => {
    const { TableDescription } = await create({ DeletionProtectionEnabled: true, TableClass: "STANDARD" });
    expect(TableDescription).toMatchObject({
      TableStatus: "CREATING",
      TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/books",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      DeletionProtectionEnabled: true,
    });
    expect((await describeTable())?.TableStatus).toBe("ACTIVE");
    await waitUntilTableExists({ client: db, maxWaitTime: 30 }, { TableName: "books" });
    await expect(create()).rejects.toMatchObject({ name: "ResourceInUseException" });
    await expect(db.send(new DeleteTableCommand({ TableName: "books" }))).rejects.toThrow("deletion protection");
    await db.send(new UpdateTableCommand({ TableName: "books", DeletionProtectionEnabled: false }));
    await put("a");
    expect(await describeTable()).toMatchObject({ ItemCount: 1 });
    await db.send(new DeleteTableCommand({ TableName: "books" }));
    await expect(describeTable()).rejects.toThrow("Requested resource not found: Table: books not found");
    await create();
    expect((await db.send(new ScanCommand({ TableName: "books" }))).Items).toEqual([]);
  });

  test("what would be ignored is refused: unused definitions, unknown parameters", async () => {
    const extra = [...(definition.AttributeDefinitions ?? []), { AttributeName: "x", AttributeType: "S" as const }];
    await expect(create({ AttributeDefinitions: extra })).rejects.toThrow("Number of attributes in KeySchema");
    await expect(create({ ResourcePolicy: "{}" })).rejects.toThrow("The parameter ResourcePolicy is not supported");
    const warm = { ReadUnitsPerSecond: 1 };
    await expect(create({ WarmThroughput: warm })).rejects.toThrow("The parameter WarmThroughput is not supported");
  });

  test("lists in pages", async () => {
    for (const TableName of ["table-a", "table-b", "table-c"]) await create({ TableName });
    const first = await db.send(new ListTablesCommand({ Limit: 2 }));
    expect(first).toMatchObject({ TableNames: ["table-a", "table-b"], LastEvaluatedTableName: "table-b" });
    const rest = await db.send(new ListTablesCommand({ ExclusiveStartTableName: first.LastEvaluatedTableName }));
    expect(rest.TableNames).toEqual(["table-c"]);
  });

  test("an index made later holds the items that were there, and goes again", async () => {
    await create();
    await put("a", { author: { S: "Ann" } });
    await put("b");
    const added = {
      TableName: "books",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" as const },
        { AttributeName: "author", AttributeType: "S" as const },
      ],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: "by-author",
            KeySchema: [{ AttributeName: "author", KeyType: "HASH" as const }],
            Projection: { ProjectionType: "ALL" as const },
          },
        },
      ],
    };
    await db.send(new UpdateTableCommand(added));
    const query = new QueryCommand({
      TableName: "books",
      IndexName: "by-author",
      KeyConditionExpression: "author = :ann",
      ExpressionAttributeValues: { ":ann": { S: "Ann" } },
    });
    expect((await db.send(query)).Items).toEqual([{ id: { S: "a" }, author: { S: "Ann" } }]);
    await expect(put("c", { author: { S: "" } })).rejects.toThrow("IndexName: by-author, IndexKey: author");
    const Delete = { IndexName: "by-author" };
    await db.send(new UpdateTableCommand({ TableName: "books", GlobalSecondaryIndexUpdates: [{ Delete }] }));
    await expect(db.send(query)).rejects.toThrow("The table does not have the specified index: by-author");
    expect((await describeTable())?.AttributeDefinitions).toEqual(definition.AttributeDefinitions);
  });
});

describe("time to live", () => {
  test("expired items go, late as on AWS, and only those", async () => {
    await create();
    await put("before", { expires: seconds(START + HOUR) });
    await enable();
    expect(await db.send(new DescribeTimeToLiveCommand({ TableName: "books" }))).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" },
    });
    await put("after", { expires: seconds(START + HOUR) });
    await put("longer", { expires: seconds(START + HOUR) });
    await put("longer", { expires: seconds(START + 10 * HOUR) });
    await put("text", { expires: { S: "1" } });
    await put("ancient", { expires: { N: "1" } });
    await put("milliseconds", { expires: { N: String(START + HOUR) } });
    await served.clock.advance(HOUR);
    expect((await ids()).size).toBe(6);
    await served.clock.advance(HOUR);
    expect(await ids()).toEqual(new Set(["longer", "text", "ancient", "milliseconds"]));
    await served.clock.advance(10 * HOUR);
    expect(await ids()).toEqual(new Set(["text", "ancient", "milliseconds"]));
  });

  test("a fault lets expired items live up to two days longer, once", async () => {
    await create();
    await enable();
    served.ground.faults.add({ match: { service: "dynamodb" }, effect: { kind: "ttl-late", ms: 48 * HOUR } });
    await put("expired", { expires: seconds(START + 60_000) });
    await served.clock.advance(47 * HOUR);
    expect([...(await ids())]).toEqual(["expired"]);
    await served.clock.advance(2 * HOUR);
    expect([...(await ids())]).toEqual([]);
  });

  test("enabling twice is refused; disabled, nothing goes", async () => {
    await create();
    await enable();
    await expect(enable()).rejects.toThrow("TimeToLive is already enabled");
    await put("a", { expires: seconds(START + HOUR) });
    await enable(false);
    await served.clock.advance(48 * HOUR);
    expect((await ids()).size).toBe(1);
  });
});

describe("AWS::DynamoDB::Table", () => {
  const context = contextOf("shop-local", "Books", "shop-local-Books-1");
  const base = {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  };
  const withIndex = {
    ...base,
    AttributeDefinitions: [...base.AttributeDefinitions, { AttributeName: "author", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-author",
        KeySchema: [{ AttributeName: "author", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  };

  test("is made with its settings, changed in place, and removed twice without an error", async () => {
    const properties = {
      ...base,
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: "true" },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    };
    type().check?.(properties);
    const made = await type().create(properties, context);
    const TableName = "shop-local-Books-1";
    const Arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
    expect(made).toEqual({ physicalId: TableName, attributes: { Arn } });
    await type().update?.(TableName, withIndex, properties, context);
    expect(await describeTable(TableName)).toMatchObject({
      TableStatus: "ACTIVE",
      GlobalSecondaryIndexes: [{ IndexName: "by-author", IndexStatus: "ACTIVE" }],
    });
    const ttl = await db.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription?.TimeToLiveStatus).toBe("DISABLED");
    await type().update?.(TableName, base, withIndex, context);
    expect((await describeTable(TableName))?.GlobalSecondaryIndexes).toBeUndefined();
    await type().remove(TableName, base, context);
    await type().remove(TableName, base, context);
  });

  test("faults are found before anything is made", () => {
    expect(check({ ...base, StreamSpecification: { StreamViewType: "ALL" } })).toThrow("streamViewType");
    expect(check({ ...base, BillingMode: "SOMETIMES" })).toThrow("billingMode");
    expect(check({ ...base, SSESpecification: { Color: 1 } })).toThrow("SSESpecification/Color");
    expect(check({ ...withIndex, GlobalSecondaryIndexes: undefined })).toThrow("Number of attributes in KeySchema");
    const [index] = withIndex.GlobalSecondaryIndexes;
    expect(check({ ...withIndex, GlobalSecondaryIndexes: [{ ...index, Speed: 1 }] })).toThrow(
      "GlobalSecondaryIndexes[].Speed is not supported",
    );
  });
});

describe("needs", () => {
  const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/books";

  test("an index is its own resource; keys and attributes are in the context", async () => {
    await create();
    expect(
      needs("Query", {
        TableName: "books",
        KeyConditionExpression: "#id = :id",
        ProjectionExpression: "title, author.#name",
        ExpressionAttributeNames: { "#id": "id", "#name": "name" },
        ExpressionAttributeValues: { ":id": { S: "a" } },
      }),
    ).toEqual([
      {
        action: "dynamodb:Query",
        resource: arn,
        context: { "dynamodb:LeadingKeys": ["a"], "dynamodb:Attributes": ["title", "author", "id"] },
      },
    ]);
    expect(needs("Scan", { TableName: "books", IndexName: "by-author" })).toMatchObject([
      { action: "dynamodb:Scan", resource: `${arn}/index/by-author` },
    ]);
  });

  test("transactions need the action of each element, batches their own", async () => {
    await create();
    const Key = { id: { S: "a" } };
    const elements = ["Put", "Update", "Delete", "ConditionCheck"].map((kind) => ({
      [kind]: { TableName: "books", Key },
    }));
    expect(needs("TransactWriteItems", { TransactItems: elements }).map(({ action }) => action)).toEqual([
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:ConditionCheckItem",
    ]);
    expect(needs("BatchGetItem", { RequestItems: { books: { Keys: [Key, { id: { S: "b" } }] } } })).toMatchObject([
      { action: "dynamodb:BatchGetItem", resource: arn, context: { "dynamodb:LeadingKeys": ["a", "b"] } },
    ]);
  });
});

test("tables, items and expiries survive a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-test-"));
  await close();
  await open({ frozenAt: START, folder });
  await create();
  await db.send(
    new UpdateTimeToLiveCommand({
      TableName: "books",
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    }),
  );
  await put("kept");
  await put("expiring", { expires: { N: String(Math.floor(START / 1000) + 60) } });
  await close();
  await open({ frozenAt: START, folder });
  const Key = { id: { S: "kept" } };
  expect((await db.send(new GetItemCommand({ TableName: "books", Key }))).Item).toEqual(Key);
  await served.clock.advance(HOUR);
  expect((await db.send(new ScanCommand({ TableName: "books" }))).Items).toEqual([Key]);
  rmSync(folder, { recursive: true });
});
