// Functions that die at one of their AWS calls: the next delivery does the rest, and the table is as if nothing had been.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type CrashPoint, everyCrashPoint, type TestCloud } from "@warmstart/testing";
import { openWeather, type Weather } from "../test/open-weather.ts";
import { readTable, timeless } from "../test/read-table.ts";

const task = (locationId: string) => ({ runId: "2026-01-15", locationId });
const outcomeOf = (locationId: string) => [{ pk: { S: "RUN#2026-01-15" }, sk: { S: `LOC#${locationId}` } }, { outcome: { S: "ok" } }] as const; // prettier-ignore

describe("a fetch that dies at one of its calls", () => {
  let it: Weather;
  beforeAll(async () => {
    it = await openWeather();
  });
  afterAll(() => it.close());

  // Of its seven calls; full runs take all.
  test.each([
    ["the issue", 3],
    ["the result", 6],
    ["the state of the provider", 7],
  ])("before it writes %s: is healed by the next delivery", async (_name, call) => {
    await it.cloud.clock.advance("6h"); // MET issues anew
    const match = { service: "lambda", action: "Invoke", function: "weather-scraper-local-fetch" };
    await it.cloud.faults.add({ id: "crash", match, when: { nth: 1 }, effect: { kind: "kill", call } });
    const runId = new Date(it.cloud.clock.now()).toISOString().slice(0, 10);
    await it.enqueue([{ runId, locationId: "london" }]);
    await it.cloud.idle();
    expect((await it.cloud.faults.list())[0]?.struck).toBe(1);
    await it.cloud.faults.clear("crash");
    await it.cloud.clock.advance("19m");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const table = await readTable(it);
    const issuedAt = table["LOC#london LATEST"]?.["issuedAt"]?.["S"];
    expect(Date.parse(String(issuedAt))).toBeGreaterThan(it.cloud.clock.now() - 6.5 * 3_600_000);
    expect(table[`LOC#london HTTP#met`]).toMatchObject({ issuedAt: { S: issuedAt } });
    expect(table).toHaveProperty([`LOC#london FC#met#${String(issuedAt)}`]);
    expect(table[`RUN#${runId} LOC#london`]).toMatchObject({ outcome: { S: "ok" } });
    const days = Object.keys(table).filter(
      (key) => key.startsWith("LOC#london DAY#") && key.endsWith(String(issuedAt)),
    );
    expect(days.length).toBeGreaterThanOrEqual(9);
  });
});

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // some hundred runs

/** Crashes a scenario everywhere; answers the actions it met, and what different tables were left. */
const crash = async (name: string, scenario: (it: Weather) => Promise<unknown>, done: readonly string[]) => {
  const tables = new Set<string>();
  const open = async (cloud: TestCloud): Promise<Weather> => {
    const it = await openWeather({ cloud });
    await scenario(it);
    return it;
  };
  const points: readonly CrashPoint[] = await everyCrashPoint(
    open,
    async (cloud, it) => {
      for (const id of done) await expect(cloud).toHaveItem(it.app.resource("ForecastsTable"), ...outcomeOf(id));
      expect(await cloud.idle()).toHaveNoDeadLetters();
      tables.add(JSON.stringify(timeless(await readTable(it))));
      await it.providers.close();
    },
    { functions: `weather-scraper-local-${name}`, modes: ["before", "after"], settle: "45m" },
  );
  const actions = new Set(points.map(({ aws }) => aws.split(" ")[0] ?? ""));
  return { actions: [...actions], points: points.length, tables: [...tables] };
};

const fetchRefused = async (it: Weather): Promise<void> => {
  it.providers.script([{ path: "/nws/*", effect: { kind: "status", status: 403 } }]);
  await it.enqueue([task("apalachicola")]);
};

inFullRuns("whichever AWS call it dies at, before or after it", () => {
  test.each([
    ["a place with one provider", "london"],
    ["a place with two", "apalachicola"],
  ])(
    "a fetch of %s leaves the same table",
    async (_what, id) => {
      const { actions, tables, points } = await crash("fetch", (it) => it.enqueue([task(id)]), [id]);
      expect(actions).toEqual(expect.arrayContaining(["s3:PutObject", "dynamodb:PutItem", "dynamodb:BatchWriteItem"]));
      expect(points).toBe(14);
      expect(tables).toHaveLength(1);
    },
    240_000,
  );

  test("a fetch by the second provider leaves the same table", async () => {
    const { tables, points } = await crash("fetch", fetchRefused, ["apalachicola"]);
    expect(points).toBe(16);
    expect(tables).toHaveLength(1);
  }, 240_000);

  test("a plan leaves one outcome for each place", async () => {
    // As its schedule calls it: it comes again a minute later.
    const { tables, actions } = await crash("plan", (it) => it.advanceToNight(), []);
    expect(actions).toEqual(["dynamodb:PutItem", "dynamodb:BatchGetItem", "sqs:SendMessageBatch"]);
    expect(tables).toHaveLength(1);
    expect(tables[0]?.match(/"RUN#2026-01-16 LOC#/g)).toHaveLength(5);
  }, 240_000);
});
