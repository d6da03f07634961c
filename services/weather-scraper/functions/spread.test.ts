// A night of many places: their requests are spread, and nobody is asked before the schedule.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openCloud } from "@warmstart/testing";
import type { RunView } from "../src/answer-schemas.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";
const COUNT = isFull ? 200 : 20;

/** All over the world, at MET. */
const locations = Array.from({ length: COUNT }, (_, at) => ({
  id: `place-${at}`,
  name: `Place ${at}`,
  lat: Math.round(-60 + (120 * at) / COUNT),
  lon: Math.round(-179 + ((at * 37) % 358)),
  timeZone: "UTC",
  providers: ["met"],
}));

const PLANNED_AT = Date.parse("2026-01-16T02:07:00Z");

/** The most of these instants that are in one period of so many ms since the plan. */
const mostIn = (periodMs: number, instants: readonly number[]): number => {
  const periods = Object.groupBy(instants, (at) => Math.floor((at - PLANNED_AT) / periodMs));
  return Math.max(...Object.values(periods).map((inOne = []) => inOne.length));
};

describe(`${COUNT} places`, () => {
  let it: Weather;
  let starts: readonly number[];
  beforeAll(async () => {
    it = await openWeather({ locations });
    await it.night();
    starts = it.providers.log().map(({ time }) => Date.parse(time));
  });
  afterAll(() => it.close());

  test("are each fetched once", async () => {
    const report = (await it.get("/runs/2026-01-16")).json as RunView; // as openapi.json says, which was checked
    expect(report).toMatchObject({ planned: COUNT, ok: COUNT, failed: 0, complete: true });
    expect(starts).toHaveLength(COUNT);
  });

  test("are not asked for before 02:07, nor later than the spread of 15 minutes", () => {
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(PLANNED_AT);
    expect(Math.max(...starts)).toBeLessThanOrEqual(PLANNED_AT + 900_000);
  });

  test("are spread: no minute has over 15 % of the requests, no second more than four", () => {
    expect(mostIn(60_000, starts)).toBeLessThanOrEqual(0.15 * COUNT);
    expect(mostIn(1000, starts)).toBeLessThanOrEqual(4);
  });

  test("have each one outcome when the plan dies between two batches and is started again", async () => {
    it.providers.clearLog();
    const match = { service: "lambda", action: "Invoke", function: "weather-scraper-local-plan" };
    // Its calls: the run, the states of providers, a batch, another one.
    const effect = { kind: "kill", call: 4 } as const;
    // The sweep of the night before comes first.
    const { id } = await it.cloud.faults.add({ match, when: { nth: 2 }, effect });
    const batches = async () => (await it.cloud.requests({ action: "SendMessageBatch" })).length;
    const before = await batches();
    await it.night();
    expect(await it.cloud.faults.list()).toMatchObject([{ struck: 1 }]);
    expect((await batches()) - before).toBeGreaterThan(COUNT / 10); // some were sent twice
    await it.cloud.faults.clear(id);
    const report = (await it.get("/runs/2026-01-17")).json as RunView; // as openapi.json says, which was checked
    expect(report).toMatchObject({ planned: COUNT, ok: COUNT, unchanged: 0, failed: 0, complete: true });
    // Chance may bring both tasks of a place in the same second, to both workers.
    const asked = it.providers.log().map(({ path, time }) => `${path} ${time.slice(0, 19)}`);
    expect(new Set(asked).size).toBe(COUNT);
  });

  test("of which most are taken out of the file while they wait in the queue: those are skipped, and not asked for", async () => {
    it.providers.clearLog();
    await it.advanceToNight();
    await it.setFile({ locations: locations.slice(0, 5) });
    await it.cloud.clock.advance("16m");
    await it.cloud.idle();
    const report = (await it.get("/runs/2026-01-18")).json as RunView; // as openapi.json says, which was checked
    expect(report).toMatchObject({ planned: COUNT, ok: 5, skipped: COUNT - 5, failed: 0, complete: true });
    expect(it.providers.log()).toHaveLength(5);
  });
});

const inFullRuns = isFull ? describe : describe.skip; // at the speed of real clocks

inFullRuns("without any spread, on a clock that runs", () => {
  test("two workers do not send faster than four requests in a second to a host", async () => {
    const it = await openWeather({ locations: locations.slice(0, 40), cloud: await openCloud({ clock: "real" }) });
    try {
      await it.setVariables("plan", { SPREAD_SECONDS: "0" });
      expect(await it.plan()).toBe(true);
      await it.cloud.idle();
      const times = it.providers.log().map(({ time }) => Date.parse(time));
      expect(times).toHaveLength(40);
      // Each of them may send its first at once, and the machine may be slow to bring the first ones.
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(((40 - 2) / 4) * 1000 - 2000);
    } finally {
      await it.close();
    }
  }, 60_000);
});
