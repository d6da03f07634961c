// What a store of forecasts keeps: the one in memory, on which much is tried, and the table of the service.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { contract, openCloud, type TestCloud } from "@warmstart/testing";
import { memoryForecasts } from "../test/memory-forecasts.ts";
import { aForecast, idOf, runOf, storesOf, type Stores } from "../test/put-forecasts.ts";
import type { LocationId } from "./config.ts";
import type { ForecastStore, Latest } from "./forecast-store.ts";
import type { Result, RunId } from "./runs.ts";

interface Opened {
  readonly store: ForecastStore;
  readonly latest: (id: LocationId) => Promise<Latest | undefined>;
  readonly result: (runId: RunId, id: LocationId) => Promise<Result | undefined>;
}

const RUN = runOf("2026-01-15");
const at = (hour: string): string => `2026-01-15T${hour}:00:00Z`;

const storeOfForecasts = contract("a store of forecasts", (open: () => Opened) => {
  test("keeps an issue once, also for the run that brought it", async () => {
    const { store } = open();
    const first = aForecast({ locationId: idOf("issues") });
    expect([await store.addIssue(first), await store.addIssue(first)]).toEqual([true, true]);
    expect(await store.addIssue({ ...first, runId: runOf("2026-01-16") })).toBe(false);
    expect(await store.addIssue({ ...first, issuedAt: at("13"), runId: runOf("2026-01-16") })).toBe(true);
  });

  test("shows the newest, unless that one is stale", async () => {
    const { store, latest } = open();
    const id = idOf("newest");
    const shown = async () => {
      const { issuedAt, stale, staleReason } = (await latest(id)) ?? {};
      return [issuedAt, stale, staleReason];
    };
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    await store.setLatest(aForecast({ locationId: id, issuedAt: at("12") }));
    await store.setLatest(aForecast({ locationId: id, issuedAt: at("06") }));
    expect(await shown()).toEqual([at("12"), false, undefined]);
    expect((await store.state(id)).latest).toMatchObject({ issuedAt: at("12"), stale: false });
    await store.markStale(id, at("12"), "all are down");
    expect(await shown()).toEqual([at("12"), true, "all are down"]);
    await store.setLatest(aForecast({ locationId: id, issuedAt: at("06") }));
    expect(await shown()).toEqual([at("06"), false, undefined]);
  });

  test("marks the issue that was meant, and no other; no reason clears the mark", async () => {
    const { store, latest } = open();
    const id = idOf("marked");
    await store.markStale(id, at("12"), "nothing is there");
    expect(await latest(id)).toBeUndefined();
    await store.setLatest(aForecast({ locationId: id, issuedAt: at("12") }));
    const shown = await latest(id);
    await store.markStale(id, at("06"), "late");
    expect(await latest(id)).toEqual(shown);
    await store.markStale(id, at("12"), "late");
    await store.markStale(id, at("12"), undefined);
    expect(await latest(id)).toEqual(shown);
  });

  test("remembers what each provider said last, as it was said", async () => {
    const { store } = open();
    const id = idOf("said");
    expect(await store.state(id)).toEqual({ http: {}, latest: undefined });
    const grid = { wfo: "TAE", x: 58, y: 65, checkedAt: 1 };
    await store.setHttp(id, "nws", { failures: 0, expires: 12, lastModified: " Thu,  1 Jan", grid });
    await store.setHttp(id, "met", { failures: 3, nextAllowedAt: 13 });
    await store.setHttp(id, "nws", { failures: 1, grid });
    expect((await store.state(id)).http).toEqual({
      nws: { failures: 1, grid },
      met: { failures: 3, nextAllowedAt: 13 },
    });
  });

  test("a result that says less replaces none that says more", async () => {
    const { store, result } = open();
    const [runId, locationId] = [RUN, idOf("results")];
    const told = async (outcome: Result["outcome"]) => {
      await store.setResult(runId, { locationId, outcome, fallback: false });
      return (await result(runId, locationId))?.outcome;
    };
    expect([await told("failed"), await told("skipped"), await told("failed")]).toEqual(["failed", "failed", "failed"]);
    expect([await told("unchanged"), await told("failed")]).toEqual(["unchanged", "unchanged"]);
    expect([await told("ok"), await told("unchanged")]).toEqual(["ok", "ok"]);
  });
});

const memory = memoryForecasts();
storeOfForecasts("in memory", () => ({
  store: memory,
  latest: async (id) => memory.latest(id),
  result: async (runId, id) => memory.result(runId, id),
}));

describe("on DynamoDB", () => {
  let cloud: TestCloud;
  let stores: Stores;
  beforeAll(async () => {
    cloud = await openCloud();
    stores = storesOf(cloud, await cloud.deploy("services/weather-scraper", { only: "resources" }));
    await stores.runs.open(RUN, 1, at("02"));
  });
  afterAll(() => cloud.close());

  storeOfForecasts("in the table", () => ({
    store: stores.forecasts,
    latest: (id) => stores.reader.latest(id),
    result: async (runId, id) =>
      (await stores.runs.open(runId, 1, at("02"))).results.find(({ locationId }) => locationId === id),
  }));
});
