import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectExactCounts } from "../test/exact-counting.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";
import { documentClient } from "./dynamo-client.ts";
import { dynamoClicks } from "./dynamo-clicks.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("600 clicks of 10 links and 4 sandboxes, delivered twice, re-cut, shuffled, with crashes at every write, are counted exactly", async () => {
  const store = dynamoClicks(s.app.resource("ClicksTable"), documentClient());
  const countersOf = async (id: string, from: number, to: number) => store.counters(id, { unit: "hour", from, to });
  await expect(expectExactCounts({ lines: 600, links: 10, sandboxes: 4, store, countersOf })).resolves.toBeUndefined();
});

test("two counters at once on one sandbox count each click once in the table too", async () => {
  const store = dynamoClicks(s.app.resource("ClicksTable"), documentClient());
  const next = { ranges: [[0, 0]] as const, version: 1 };
  const bucket = { id: "race.abc", key: "T", adds: { n: 1 } };
  const won = await Promise.all(Array.from({ length: 5 }, () => store.commit("race", next, [bucket])));
  expect(won.filter(Boolean)).toHaveLength(1);
  const { from, to } = { from: 0, to: 3_600_000 };
  expect((await store.counters("race.abc", { unit: "hour", from, to })).get("T")).toEqual({ n: 1 });
});
