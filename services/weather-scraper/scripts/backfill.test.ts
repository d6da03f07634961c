// The items of forecasts, made again from the bodies in the bucket while no provider can be reached.
import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import file from "../locations.json" with { type: "json" };
import { readConfig } from "../src/config.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { openWeather, type Item, type Weather } from "../test/open-weather.ts";
import { differences, readTable, type Table } from "../test/read-table.ts";
import { backfill } from "./backfill.ts";

let it: Weather;
let nights: Table;
beforeAll(async () => {
  it = await openWeather();
  await it.night();
  // In the second night Beijing stays what it was.
  it.providers.script([{ path: "/met/*lat=39.9*", effect: { kind: "status", status: 404 } }]);
  await it.night();
  nights = await readTable(it);
  await it.providers.close();
  Object.assign(process.env, it.cloud.env);
});
afterAll(() => it.cloud.close());

/** Makes again, and answers how many bodies, what was said, and which items are other than after the nights. */
const run = async (date?: string) => {
  const said: string[] = [];
  const table = { name: it.app.resource("ForecastsTable"), client: documentClient() };
  const raw = { s3: new S3Client({ forcePathStyle: true }), bucket: it.app.resource("RawBucket") };
  const count = await backfill(raw, table, { config: readConfig(file, "local"), date, say: (line) => said.push(line) });
  return { count, said, changed: differences(nights, await readTable(it)) };
};

const write = (action: string, input: object) =>
  it.cloud.call("dynamodb", `DynamoDB_20120810.${action}`, { TableName: it.app.resource("ForecastsTable"), ...input });

const keyOf = ({ pk, sk }: Item) => ({ pk, sk });
const isMade = (key: string): boolean => / (FC|DAY|LATEST)/.test(key);

test("makes the same items of the same bodies", async () => {
  expect(await run()).toEqual({ count: 9, said: [], changed: [] });
});

test("makes again what was deleted; only that a forecast was stale is not known from its body", async () => {
  for (const [key, item] of Object.entries(nights)) if (isMade(key)) await write("DeleteItem", { Key: keyOf(item) });
  expect(await run()).toEqual({ count: 9, said: [], changed: ["LOC#beijing LATEST"] });
  expect((await readTable(it))["LOC#beijing LATEST"]).toMatchObject({ issuedAt: { S: "2026-01-16T01:30:57Z" }, stale: { BOOL: false } }); // prettier-ignore
});

describe("where something is there", () => {
  beforeEach(async () => {
    for (const item of Object.values(nights)) await write("PutItem", { Item: item });
  });

  test("mends what is wrong, and leaves the mark of a stale forecast", async () => {
    for (const [key, item] of Object.entries(nights).filter(([key]) => isMade(key))) {
      const wrong = { steps: { B: "AAAA" }, days: { L: [] }, tempMax: { N: "99" } };
      const own = Object.fromEntries(Object.entries(wrong).filter(([name]) => name in item));
      expect([key, Object.keys(own)]).toEqual([key, [expect.any(String)]]);
      await write("PutItem", { Item: { ...item, ...own } });
    }
    expect(await run()).toEqual({ count: 9, said: [], changed: [] });
    expect(nights["LOC#beijing LATEST"]).toMatchObject({ stale: { BOOL: true }, staleReason: { S: "met: HTTP 404" } });
  });

  test("takes the bodies of one day alone", async () => {
    const damaged = Object.values(nights).filter(({ sk }) => String(sk?.["S"]).startsWith("FC#met"));
    for (const item of damaged) await write("PutItem", { Item: { ...item, steps: { B: "AAAA" } } });
    const { count, changed } = await run("2026-01-17");
    expect(count).toBe(3);
    expect(changed.every((key) => key.includes("#2026-01-16"))).toBe(true);
    expect(changed).toHaveLength(4);
  });

  test("an issue that another run had brought stays that run's, and what is shown stays the issue that it is", async () => {
    const [issue, latest] = ["LOC#london FC#met#2026-01-17T01:30:57Z", "LOC#london LATEST"] as const;
    const early = { ...nights[issue], runId: { S: "2026-01-16" } };
    const shown = { ...nights[latest], issuedAt: { S: "2026-01-16T00:00:00Z" }, provider: { S: "nws" } };
    for (const Item of [{ ...early, steps: { B: "AAAA" } }, shown]) await write("PutItem", { Item });
    expect((await run()).changed).toEqual([issue, latest]);
    expect(await readTable(it)).toMatchObject({ [issue]: early, [latest]: shown });
  });

  test("what lies among the bodies and is none is left alone", async () => {
    const Bucket = it.app.resource("RawBucket");
    for (const Key of ["raw/read-me.txt", "raw/met/london/copy of 2026-01-16.json.gz"])
      await new S3Client({ forcePathStyle: true }).send(new PutObjectCommand({ Bucket, Key, Body: "" }));
    expect(await run()).toEqual({ count: 9, said: [], changed: [] });
  });

  test("a body that can no longer be read is named, and the others are made", async () => {
    const key = "raw/met/london/2026-01-16T01:30:57Z.json.gz";
    const Bucket = it.app.resource("RawBucket");
    await new S3Client({ forcePathStyle: true }).send(new PutObjectCommand({ Bucket, Key: key, Body: gzipSync("{") }));
    const { count, said, changed } = await run();
    expect({ count, said, changed }).toEqual({ count: 8, said: [`${key}: 200 but not JSON: {`], changed: [] });
  });
});
