import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, NO_POOL, openCloud, type TestCloud } from "@warmstart/testing";
import { expectExactCounts } from "../test/exact-counting.ts";
import { documentClient } from "./dynamo-client.ts";
import { dynamoClicks } from "./dynamo-clicks.ts";

const LINES = process.env["WARMSTART_FULL"] === "1" ? 600 : 400;

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
  Object.assign(process.env, cloud.env);
});
afterAll(() => cloud.close());

test(`${LINES} clicks of 10 links and 4 sandboxes, delivered twice, re-cut, shuffled, with crashes at every write, are counted exactly`, async () => {
  const store = dynamoClicks(app.resource("ClicksTable"), documentClient());
  const countersOf = async (id: string, from: number, to: number) => store.counters(id, { unit: "hour", from, to });
  await expect(
    expectExactCounts({ lines: LINES, links: 10, sandboxes: 4, store, countersOf }),
  ).resolves.toBeUndefined();
});

test("two counters at once on one sandbox count each click once in the table too", async () => {
  const store = dynamoClicks(app.resource("ClicksTable"), documentClient());
  const next = { ranges: [[0, 0]] as const, version: 1 };
  const bucket = { id: "race.abc", key: "T", adds: { n: 1 } };
  const won = await Promise.all(Array.from({ length: 5 }, () => store.commit("race", next, [bucket])));
  expect(won.filter(Boolean)).toHaveLength(1);
  const { from, to } = { from: 0, to: 3_600_000 };
  expect((await store.counters("race.abc", { unit: "hour", from, to })).get("T")).toEqual({ n: 1 });
});
