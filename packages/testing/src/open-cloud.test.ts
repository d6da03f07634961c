import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import "./matchers.ts";
import { realNow } from "./date.ts";
import { EVENT_TIME } from "./events/deterministic.ts";
import { send } from "./http-client.ts";
import { openCloud, type TestCloud } from "./open-cloud.ts";
import { NO_POOL } from "./user-pool.ts";

const DYNAMODB = "DynamoDB_20120810";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());

const makeTable = async (where: TestCloud, TableName: string): Promise<void> => {
  await where.call("dynamodb", `${DYNAMODB}.CreateTable`, {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  });
};

const packageOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-kit-"));
  mkdirSync(join(folder, ".serverless"));
  for (const [name, text] of Object.entries({ "serverless.yml": "service: x", ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

describe("time", () => {
  test("stands at the time of the event factories, and the test's Date with it", () => {
    expect(cloud.clock.now()).toBe(EVENT_TIME);
    expect(Date.now()).toBe(EVENT_TIME);
    expect(new Date().toISOString()).toBe("2026-01-15T12:00:00.000Z");
    expect(new Date(0)).toBeInstanceOf(Date);
  });

  test("moves only by advance, the test's Date with it", async () => {
    const other = await openCloud({ at: 0 });
    await other.clock.advance("1h 30m");
    expect(other.clock.now()).toBe(5_400_000);
    expect(Date.now()).toBe(5_400_000);
    await other.close();
    expect(Date.now()).toBe(EVENT_TIME);
  });
});

test("an SDK client of the test goes on without errors when time leaps by hours", async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = cloud.env;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint: cloud.endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: "leaps" }));
  for (let leap = 0; leap < 3; leap++) {
    await cloud.clock.advance("3h");
    const { $metadata } = await s3.send(new PutObjectCommand({ Bucket: "leaps", Key: "k", Body: "x" }));
    expect($metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 });
  }
  const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket: "leaps", Key: "k" }));
  expect(LastModified?.getTime()).toBe(cloud.clock.now());
});

test("a running clock can be advanced and is real again after a reset; a frozen one only advances", async () => {
  const real = await openCloud({ clock: "real" });
  await real.clock.advance("2h");
  expect(real.clock.now() - realNow()).toBeGreaterThanOrEqual(7_200_000);
  await real.clock.reset();
  expect(real.clock.now() - realNow()).toBeLessThan(1_000);
  await real.close();
  await expect(cloud.clock.reset()).rejects.toThrow("a frozen clock cannot run");
});

const list = (): Promise<unknown> => cloud.call("dynamodb", `${DYNAMODB}.ListTables`, {});

describe("faults", () => {
  afterEach(() => cloud.faults.clear());
  test("strike what they match, when they are due, and tell how often", async () => {
    const { id } = await cloud.faults.add({
      match: { service: "dynamodb", action: "ListTables" },
      when: { nth: 2 },
      effect: { kind: "error", code: "InternalServerError", status: 500 },
    });
    await list();
    await expect(list()).rejects.toThrow("InternalServerError");
    await list();
    expect(await cloud.faults.list()).toMatchObject([{ id, seen: 3, struck: 1 }]);
    await cloud.faults.clear(id);
    expect(await cloud.faults.list()).toEqual([]);
  });

  test("of a shape that nobody knows are refused", async () => {
    await expect(cloud.faults.add({ effect: { kind: "earthquake" } as never })).rejects.toThrow(/effect/);
    await expect(cloud.faults.clear("nobody")).rejects.toThrow(/No fault has the id/);
  });
});

test("two clouds do not see each other's tables", async () => {
  const other = await openCloud();
  await makeTable(other, "only-there");
  expect(await other.call("dynamodb", `${DYNAMODB}.ListTables`, {})).toEqual({ TableNames: ["only-there"] });
  expect(await cloud.call("dynamodb", `${DYNAMODB}.ListTables`, {})).toEqual({ TableNames: [] });
  await other.close();
});

test("matchers look for items and objects in the cloud itself", async () => {
  await makeTable(cloud, "things");
  const Item = { pk: { S: "a" }, n: { N: "1" } };
  await cloud.call("dynamodb", `${DYNAMODB}.PutItem`, { TableName: "things", Item });
  await expect(cloud).toHaveItem("things", { pk: { S: "a" } }, { n: { N: "1" } });
  await expect(cloud).not.toHaveItem("things", { pk: { S: "a" } }, { n: { N: "2" } });
  await send("PUT", `${cloud.endpoint}/some-bucket`, { sign: { service: "s3" } });
  await send("PUT", `${cloud.endpoint}/some-bucket/a%20b`, { body: "x", sign: { service: "s3" } });
  await expect(cloud).toHaveObject("some-bucket", "a b");
  await expect(cloud).not.toHaveObject("some-bucket", "c");
});

test("every request is told, with its principal and outcome", async () => {
  await expect(cloud.call("dynamodb", `${DYNAMODB}.DescribeTable`, { TableName: "nowhere" })).rejects.toThrow(
    /ResourceNotFoundException/,
  );
  expect(await cloud.requests({ action: "DescribeTable" })).toMatchObject([
    {
      service: "dynamodb",
      principal: "arn:aws:iam::000000000000:user/local",
      status: 400,
      error: "ResourceNotFoundException",
    },
  ]);
});

describe("a package", () => {
  test("that is missing is an error naming the command", async () => {
    const folder = packageOf({});
    await expect(cloud.deploy(folder)).rejects.toThrow(/is not packaged; package it, in its folder: npx sls package/);
    rmSync(folder, { recursive: true });
  });

  test("that was made of other sources is an error naming the command", async () => {
    const folder = packageOf({
      ".serverless/serverless-state.json": "{}",
      ".serverless/sources.sha256": "of other sources",
    });
    await expect(cloud.deploy(folder)).rejects.toThrow(/changed since it was packaged; package it/);
    rmSync(folder, { recursive: true });
  });

  test("gives a handler in this process the variables and the rights of its role, and no more", async () => {
    const app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
    const env = await app.env("redirect");
    const table = app.resource("LinksTable");
    expect(Object.values(env)).toContain(table);
    const keys = {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
      sessionToken: env["AWS_SESSION_TOKEN"] ?? "",
    };
    const ask = (action: string, input: object) =>
      send("POST", `${cloud.endpoint}/`, {
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `${DYNAMODB}.${action}` },
        body: JSON.stringify({ TableName: table, ...input }),
        sign: { service: "dynamodb", keys },
      });
    expect(await ask("GetItem", { Key: { pk: { S: "a" }, sk: { S: "L" } } })).toBeHttp(200, {});
    expect(await ask("DeleteItem", { Key: { pk: { S: "a" }, sk: { S: "L" } } })).toBeHttp(400, {
      __type: expect.stringContaining("AccessDeniedException"),
    });
    expect((await cloud.denials()).map(({ action }) => action)).toContain("dynamodb:DeleteItem");
  });
});

test("idle tells that nothing lies in a dead-letter queue", async () => {
  expect(await cloud.idle()).toHaveNoDeadLetters();
});
