// One place after another delivery, whatever providers and the table do: what is shown is a forecast, whole and of now.
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import * as v from "valibot";
import { createMetrics, noLog } from "../test/quiet.ts";
import { HOUR, movedBy, recorded } from "../local/recorded.ts";
import { memoryForecasts, type MemoryForecasts } from "../test/memory-forecasts.ts";
import { idOf, runOf } from "../test/put-forecasts.ts";
import { type Config, readConfig } from "./config.ts";
import { daysOf } from "./daily.ts";
import { type Fetched, fetchLocation } from "./fetch-location.ts";
import type { ForecastStore } from "./forecast-store.ts";
import { DailyRow, Instant, type Provider, Step } from "./forecast.ts";
import { type PoliteAnswer, type PoliteFetch, unasked } from "./polite-fetch.ts";
import { OUTCOMES } from "./runs.ts";

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-01-15T12:00:00Z");

beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout"] });
});
afterEach(() => {
  jest.useRealTimers();
});

const place = { name: "x", lat: 30, lon: -85, timeZone: "America/New_York" };
const configOf = (lat: number): Config => {
  const at = { ...place, lat };
  const locations = [
    { ...at, id: "met", providers: ["met"] },
    { ...at, id: "two", providers: ["met", "open-meteo"] },
    { ...at, id: "all" },
  ];
  return readConfig({ contact: "ann@example.org", openMeteo: { licence: "customer" }, locations }, "test");
};

interface World {
  readonly store: MemoryForecasts;
  /** What a provider would say to a request that is sent. */
  readonly say: (url: string) => PoliteAnswer;
  /** Degrees north of all places. */
  readonly lat?: number;
  /** Writes fail when it is true. */
  readonly breaks?: () => boolean;
}

/** Keeps to what polite-fetch.ts promises: nothing is asked before its time. */
const politely =
  (say: World["say"]): PoliteFetch =>
  async ({ url, state }) => {
    return unasked(state) ?? say(url);
  };

const fragile = (store: ForecastStore, breaks: () => boolean): ForecastStore => {
  const crash = async (): Promise<void> => {
    if (breaks()) throw new Error("the function was stopped here");
  };
  return {
    state: store.state,
    addIssue: async (...of) => crash().then(() => store.addIssue(...of)),
    addDays: async (...of) => crash().then(() => store.addDays(...of)),
    setLatest: async (...of) => crash().then(() => store.setLatest(...of)),
    markStale: async (...of) => crash().then(() => store.markStale(...of)),
    setHttp: async (...of) => crash().then(() => store.setHttp(...of)),
    setResult: async (...of) => crash().then(() => store.setResult(...of)),
  };
};

const deliver = (
  { store, say, lat = place.lat, breaks = () => false }: World,
  id: string,
  run = "2026-01-15",
): Promise<Fetched> =>
  fetchLocation(
    {
      config: configOf(lat),
      store: fragile(store, breaks),
      keepRaw: async () => {},
      asking: {
        politeFetch: politely(say),
        base: "http://providers",
        rps: { met: 2, nws: 2, "open-meteo": 2 },
        signal: AbortSignal.timeout(60_000),
      },
      metrics: createMetrics(),
      log: noLog,
    },
    { runId: runOf(run), locationId: idOf(id) },
  );

const providerOf = (url: string): Provider =>
  url.includes("/nws/") ? "nws" : url.includes("/met/") ? "met" : "open-meteo";

const body = (text: string, more: Partial<Extract<PoliteAnswer, { kind: "body" }>> = {}): PoliteAnswer => ({
  kind: "body",
  body: text,
  lastModified: "Thu, 15 Jan 2026 11:00:00 GMT",
  expires: Date.now() + 30 * MINUTE,
  deprecated: false,
  ...more,
});

const MET = JSON.stringify(recorded("metno/lat40.7lon-74.0altitude10_compact.json"));
const GRID = JSON.stringify(recorded("nws/pynws/detailed_forecast.json"));
const POINTS = JSON.stringify(recorded("nws/pynws/points.json"));

const moved = new Map<string, string>();

/** As if it had been issued at that time. */
const issuedAt = (text: string, key: string, at: number): string => {
  const recordedAt = Date.parse(new RegExp(`"${key}":"([^"]+)"`).exec(text)?.[1] ?? "");
  const hours = Math.floor((at - recordedAt) / HOUR);
  const made = moved.get(`${key} ${hours}`) ?? movedBy(text, hours * HOUR);
  moved.set(`${key} ${hours}`, made);
  return made;
};

const openMeteoAt = (at: number): string => {
  const names = ["temperature_2m", "relative_humidity_2m", "pressure_msl", "cloud_cover", "wind_speed_10m", "wind_direction_10m", "wind_gusts_10m", "precipitation", "precipitation_probability", "weather_code", "is_day"]; // prettier-ignore
  const time = Array.from({ length: 48 }, (_none, hour) => Math.floor(at / DAY) * 86_400 + hour * 3600);
  const hourly = Object.fromEntries(names.map((name) => [name, time.map(() => (name === "pressure_msl" ? 1000 : 1))]));
  const units = { time: "unixtime", temperature_2m: "°C", wind_speed_10m: "m/s" };
  return JSON.stringify({ utc_offset_seconds: 0, hourly_units: units, hourly: { ...hourly, time } });
};

/** What is asked for, issued so many ms ago. */
const good = (url: string, age = HOUR): string => {
  if (url.includes("/points/")) return POINTS;
  const provider = providerOf(url);
  const at = Date.now() - age;
  if (provider === "met") return issuedAt(MET, "updated_at", at);
  return provider === "nws" ? issuedAt(GRID, "updateTime", at) : openMeteoAt(at);
};

const refuse = (): PoliteAnswer => ({ kind: "broken", reason: "HTTP 400", status: 400 });
const well = (url: string): PoliteAnswer => body(good(url));
const later = (ms: number): PoliteAnswer => ({ kind: "retryLater", at: NOW + ms, reason: "HTTP 429" });

describe("when a message comes back that nobody had an answer for", () => {
  const down: PoliteAnswer = { kind: "broken", reason: "HTTP 500", status: 500 };
  const refused: PoliteAnswer = { kind: "broken", reason: "HTTP 403", status: 403 };

  test.each<[string, PoliteAnswer, PoliteAnswer, number | undefined]>([
    ["at the earliest time that one of them has named", later(2 * HOUR), later(HOUR), HOUR],
    ["at that time, when it is before the queue's own", down, later(2 * MINUTE), 2 * MINUTE],
    ["as usual, when another is merely down, and one is off for today", later(10 * HOUR), down, undefined],
    ["as usual, when all are off for longer than a message can wait", later(20 * HOUR), refused, undefined],
    ["when the first is on again, though the other has refused", later(5 * HOUR), refused, 5 * HOUR],
    ["as usual, when both are down", down, down, undefined],
  ])("%s", async (_name, met, openMeteo, wait) => {
    const world = { store: memoryForecasts(), say: (url: string) => (providerOf(url) === "met" ? met : openMeteo) };
    const fetched = await deliver(world, "two");
    expect(fetched).toMatchObject({ ok: false });
    expect(!fetched.ok && fetched.retryAt).toBe(wait === undefined ? undefined : NOW + wait);
  });
});

test("a message of last week's run is done for that run, and shows what is new now", async () => {
  const store = memoryForecasts();
  expect(await deliver({ store, say: well }, "met", "2026-01-08")).toEqual({ ok: true, outcome: "ok" });
  expect(await deliver({ store, say: well }, "met", "2026-01-15")).toEqual({ ok: true, outcome: "unchanged" });
  expect(store.result(runOf("2026-01-08"), idOf("met"))).toMatchObject({ outcome: "ok" });
  expect(store.latest(idOf("met"))).toMatchObject({ issuedAt: "2026-01-15T10:30:57Z", stale: false });
});

test("coordinates that are mended in the file are asked for at once, whatever was learned of the old ones", async () => {
  const store = memoryForecasts();
  const asked: string[] = [];
  const noting =
    (say: World["say"]): World["say"] =>
    (url) => {
      asked.push(/lat=([\d.]+)/.exec(url)?.[1] ?? url);
      return say(url);
    };
  await deliver({ store, say: noting(well) }, "met");
  await deliver({ store, say: noting(well) }, "met"); // fresh
  expect(await deliver({ store, say: noting(refuse), lat: 31 }, "met")).toMatchObject({ ok: false });
  expect(await deliver({ store, say: noting(well), lat: 32 }, "met")).toEqual({ ok: true, outcome: "ok" });
  expect(asked).toEqual(["30", "31", "32"]);
  expect(store.latest(idOf("met"))).toMatchObject({ stale: false });
});

test("an older issue of a fallback does not hide a newer one, unless that one is stale", async () => {
  const store = memoryForecasts();
  const shown = () => store.latest(idOf("two"))?.provider;
  const down: PoliteAnswer = { kind: "broken", reason: "HTTP 500", status: 500 };
  await deliver({ store, say: (url) => body(good(url), { expires: 0 }) }, "two");
  const only =
    (provider: Provider) =>
    (url: string): PoliteAnswer =>
      providerOf(url) === provider ? body(good(url)) : down;
  expect(await deliver({ store, say: only("open-meteo") }, "two")).toMatchObject({ outcome: "ok" });
  expect(shown()).toBe("open-meteo"); // of this hour
  jest.setSystemTime(NOW + 2 * HOUR);
  await deliver({ store, say: () => down }, "two");
  expect(store.latest(idOf("two"))).toMatchObject({ provider: "open-meteo", stale: true });
  await deliver({ store, say: (url) => body(good(url, 5 * HOUR)) }, "two");
  expect(store.latest(idOf("two"))).toMatchObject({ provider: "met", issuedAt: "2026-01-15T08:30:57Z", stale: false });
});

describe("whatever happens", () => {
  /** What one request meets; `at` is a number from 0 to 1. */
  const faults: Readonly<Record<string, (url: string, at: number) => PoliteAnswer>> = {
    good: (url, at) => body(good(url, at * 30 * HOUR)),
    goodForLong: (url, at) => body(good(url), { expires: Date.now() + at * 400 * DAY }),
    goodOnce: (url) => body(good(url), { expires: 0, lastModified: undefined }),
    future: (url, at) => body(good(url, -at * 400 * DAY)),
    old: (url, at) => body(good(url, at * 400 * DAY)),
    cut: (url, at) => body(good(url).slice(0, at * good(url).length)),
    changed: (url, at) => {
      const text = good(url);
      const from = Math.floor(at * text.length);
      return body(`${text.slice(0, from)}${from % 10}${text.slice(from + 1)}`);
    },
    nulls: (url, at) => body(good(url).replaceAll(/:-?\d+\.\d+/g, (all) => (all.length % 5 < at * 5 ? ":null" : all))),
    huge: (url, at) => body(good(url).replaceAll(/:-?\d+\.\d+/g, (all) => (all.length % 9 < at * 3 ? ":1e300" : all))),
    other: (url) => body(providerOf(url) === "met" ? GRID : MET),
    text: (_url, at) => body(["", "Unknown location", "\u0000\uD800\u202E".repeat(99), "[]", "null", "{}"][Math.floor(at * 6)] ?? ""), // prettier-ignore
    notModified: (_url, at) => ({ kind: "notModified", expires: Date.now() + at * DAY }),
    later: (_url, at) => ({ kind: "retryLater", at: Date.now() + at * DAY, reason: "HTTP 429" }),
    status: (_url, at) => {
      const status = [204, 302, 400, 403, 404, 410, 500, 503][Math.floor(at * 8)] ?? 500;
      return { kind: "broken", reason: `HTTP ${status}`, status };
    },
    noTime: () => ({ kind: "broken", reason: "no time left" }),
  };
  const fault = fc.tuple(fc.constantFrom(...Object.keys(faults)), fc.double({ min: 0, max: 0.999, noNaN: true }));
  const delivery = fc.record({
    id: fc.constantFrom("met", "two", "all"),
    /** One after the other; the last stays. */
    faults: fc.array(fault, { minLength: 1, maxLength: 4 }),
    minutes: fc.constantFrom(0, 0, 1, 18, 40, 400, 1440, 50_000),
    /** At which write the function is stopped. */
    crash: fc.option(fc.nat(6), { freq: 4 }),
    run: fc.constantFrom("2026-01-08", "2026-01-15", "2026-01-16"),
    twice: fc.boolean(),
  });
  type Delivery = typeof delivery extends fc.Arbitrary<infer T> ? T : never;

  const Shown = v.strictObject({
    provider: v.string(),
    issuedAt: Instant,
    fetchedAt: v.string(),
    stale: v.boolean(),
    staleReason: v.optional(v.pipe(v.string(), v.maxLength(700), v.regex(/^\P{C}+$/u))),
    days: v.pipe(v.array(DailyRow), v.minLength(1), v.maxLength(20)),
  });

  /** What is shown is a whole forecast; its steps are there, and its days are theirs. */
  const assertWhole = (store: MemoryForecasts, id: string, isCalm = true): void => {
    const latest = store.latest(idOf(id));
    if (latest === undefined) return;
    v.parse(Shown, latest);
    const steps = v.parse(v.pipe(v.array(Step), v.minLength(1)), store.issue(idOf(id), latest)?.steps);
    // A provider may say two things of the same issue, and the function be stopped between them.
    if (isCalm) expect(latest.days).toEqual(daysOf(steps, place.timeZone));
  };

  const assertEnded = (store: MemoryForecasts, { id, run }: Delivery, fetched: Fetched): void => {
    const latest = store.latest(idOf(id));
    expect(store.result(runOf(run), idOf(id))).toBeDefined();
    if (fetched.ok) {
      expect(OUTCOMES).toContain(fetched.outcome);
      expect(latest?.stale).toBe(false);
      const age = Date.now() - Date.parse(latest?.issuedAt ?? "");
      expect(age).toBeGreaterThanOrEqual(-HOUR);
      expect(age).toBeLessThanOrEqual(DAY);
    } else {
      expect(latest?.stale).not.toBe(false);
      expect(fetched.reason).toMatch(/^\P{C}{5,700}$/u);
      if (fetched.retryAt !== undefined) expect(fetched.retryAt - Date.now()).toBeLessThanOrEqual(12 * HOUR);
    }
  };

  const script = (steps: Delivery["faults"]): World["say"] => {
    let next = 0;
    return (url) => {
      const [name, at] = steps[Math.min(next++, steps.length - 1)] ?? ["good", 0];
      return faults[name]?.(url, at) ?? body(good(url));
    };
  };

  const play = async (store: MemoryForecasts, each: Delivery, isCalm: boolean): Promise<void> => {
    jest.setSystemTime(Date.now() + each.minutes * MINUTE);
    let writes = 0;
    const breaks = (): boolean => writes++ === each.crash;
    const world = (): World => ({ store, say: script(each.faults), breaks });
    const tries = await Promise.allSettled(
      Array.from({ length: each.twice ? 2 : 1 }, () => deliver(world(), each.id, each.run)),
    );
    assertWhole(store, each.id, isCalm);
    const [only] = tries;
    if (tries.length === 1 && only?.status === "fulfilled") assertEnded(store, each, only.value);
    for (const ended of tries)
      if (ended.status === "rejected") expect(String(ended.reason)).toBe("Error: the function was stopped here");
  };

  test("each delivery ends with an outcome or is tried again, and what is shown is a whole forecast of now", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), async (deliveries) => {
        jest.setSystemTime(NOW);
        const store = memoryForecasts();
        const isCalm = deliveries.every(({ crash, twice }) => crash === null && !twice);
        for (const each of deliveries) await play(store, each, isCalm);
        // And once all is well again, so is the place.
        jest.setSystemTime(Date.now() + 40 * DAY);
        const world: World = { store, say: well };
        for (const id of ["met", "two", "all"]) {
          const fetched = await deliver(world, id, "2026-03-01");
          expect(fetched.ok).toBe(true);
          assertWhole(store, id);
          expect(store.latest(idOf(id))).toMatchObject({ stale: false });
        }
      }),
      { seed: 6, numRuns: process.env["WARMSTART_FULL"] ? 500 : 5 },
    );
  });
});
