// What a provider says with its status: that it does not want us, that it wants us later, that it does not have this place.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { alarmOf, observe, stepsOf, valueOf } from "../test/observe.ts";
import { openWeather, type Item, type Weather } from "../test/open-weather.ts";

const place = (id: string, at: object, providers?: readonly string[]) => ({
  id,
  name: id,
  lon: -0.1,
  timeZone: "Europe/London",
  ...at,
  ...(providers !== undefined && { providers }),
});
const [REFUSED, BRIEF, LATER, NEIGHBOUR, SINGLE, OLD] = [51.01, 51.02, 51.03, 51.04, 51.05, 51.06] as const;
const LOCATIONS = [
  place("refused", { lat: REFUSED }, ["met"]),
  place("brief", { lat: BRIEF }, ["met", "open-meteo"]),
  place("later", { lat: LATER }, ["met", "open-meteo"]),
  place("neighbour", { lat: NEIGHBOUR }, ["met", "open-meteo"]),
  place("single", { lat: SINGLE }, ["met"]),
  place("old", { lat: OLD }, ["met"]),
  place("windsor", { lat: 42.3, lon: -83.03, timeZone: "America/Toronto" }),
  place("moved", { lat: 30, lon: -85, timeZone: "America/New_York" }, ["nws"]),
  place("flagstaff", { lat: 35.198, lon: -111.651, timeZone: "America/Phoenix" }, ["nws"]),
  place("honolulu", { lat: 21.305, lon: -157.858, timeZone: "Pacific/Honolulu" }, ["nws"]),
];

let it: Weather;
beforeAll(async () => {
  it = await openWeather({ locations: LOCATIONS, config: { openMeteo: { licence: "non-commercial" } } });
});
afterAll(() => it.close());

const HOUR = 3_600_000;
const RUN = "2026-01-15";
const task = (locationId: string) => ({ runId: RUN, locationId });
const deliver = (...ids: readonly string[]) => observe(it, () => it.deliver(ids.map(task)));

const ofMet = (lat: number): string => `/met/*lat=${lat}&*`;
const status = (code: number, more: { retryAfter?: number; title?: string } = {}) =>
  ({ kind: "status", status: code, ...more }) as const;

/** Status and provider of each request. */
const brief = (asked: readonly string[]): readonly string[] =>
  asked.map((each) => each.replace(/^(\d+) \/([^/]+).*$/, "$1 $2"));
const requestsAt = (lat: number): readonly string[] =>
  it.providers
    .log()
    .filter(({ path }) => path.includes(`lat=${lat}&`))
    .map(({ status: code, time }) => `${code} ${time}`);

const resultOf = (table: Readonly<Record<string, Item>>, id: string, run = RUN): readonly unknown[] =>
  ["outcome", "provider", "fallback"].map((name) => valueOf(table[`RUN#${run} LOC#${id}`], name));

describe("429", () => {
  test("with Retry-After: 5 is waited for within the record", async () => {
    it.providers.script([{ path: ofMet(BRIEF), effect: status(429, { retryAfter: 5 }), times: 1 }]);
    const { result, asked, after } = await deliver("brief");
    expect([result, brief(asked)]).toEqual([[], ["429 met", "200 met"]]);
    expect(resultOf(after, "brief")).toEqual(["ok", "met", false]);
    const fetchedAt = Date.parse(String(valueOf(after["LOC#brief LATEST"], "fetchedAt")));
    expect(fetchedAt - it.cloud.clock.now()).toBeGreaterThanOrEqual(5000);
    expect(fetchedAt - it.cloud.clock.now()).toBeLessThan(60_000);
  });

  test("with 120, the next provider answers, and nobody asks that server before then", async () => {
    it.providers.script([{ path: ofMet(LATER), effect: status(429, { retryAfter: 120 }), times: 1 }]);
    const first = await deliver("later");
    expect([first.result, brief(first.asked)]).toEqual([[], ["429 met", "200 open-meteo"]]);
    expect(resultOf(first.after, "later")).toEqual(["ok", "open-meteo", true]);
    expect(first.metric("provider_refused")).toEqual([]);
    const until = Number(valueOf(first.after["LOC#later HTTP#met"], "nextAllowedAt"));
    expect(until - it.cloud.clock.now()).toBeGreaterThanOrEqual(120_000);

    const other = await deliver("neighbour");
    expect(brief(other.asked)).toEqual(["200 open-meteo"]);
    expect(resultOf(other.after, "neighbour")).toEqual(["ok", "open-meteo", true]);

    await it.cloud.clock.advance(until - it.cloud.clock.now() - 10_000); // time goes on while a function runs
    const early = await deliver("later", "neighbour");
    expect(early.asked).toEqual([]);
    await it.cloud.clock.advance("11s");
    const due = await deliver("later", "neighbour");
    expect(brief(due.asked)).toEqual(["200 met", "200 met"]);
    expect(resultOf(due.after, "later")).toEqual(["ok", "met", false]);
  });

  test("with 120 and nobody else to ask, the message comes back at that time, and succeeds", async () => {
    await it.cloud.clock.advance("1m");
    it.providers.script([{ path: ofMet(SINGLE), effect: status(429, { retryAfter: 120 }), times: 1 }]);
    it.providers.clearLog();
    await it.enqueue([task("single")]);
    await it.cloud.clock.advance("1s");
    await it.cloud.idle();
    const [asked = ""] = requestsAt(SINGLE);
    const at = Date.parse(asked.slice(4));
    await it.cloud.clock.advance("118s");
    expect(requestsAt(SINGLE)).toEqual([asked]);
    await it.cloud.clock.advance("8s");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const [, again = ""] = requestsAt(SINGLE);
    expect(again.slice(0, 3)).toBe("200");
    expect(Date.parse(again.slice(4)) - at).toBeGreaterThanOrEqual(120_000);
    expect(Date.parse(again.slice(4)) - at).toBeLessThanOrEqual(127_000);
    const [run] = (await it.items(`RUN#${RUN}`)).filter(({ sk }) => sk?.["S"] === "LOC#single");
    expect(valueOf(run, "outcome")).toBe("ok");
  });
});

describe("NWS", () => {
  test("404 for a place is no failure: it is not asked for 30 days, and the next is the first there", async () => {
    it.providers.script([]);
    const first = await deliver("windsor");
    expect(first.asked.map((each) => each.split("?")[0])).toEqual([
      "404 /nws/points/42.3,-83.03",
      "200 /met/weatherapi/locationforecast/2.0/compact",
    ]);
    expect(resultOf(first.after, "windsor")).toEqual(["ok", "met", false]);
    const nws = first.after["LOC#windsor HTTP#nws"];
    expect(valueOf(nws, "covered")).toBe(false);
    const days = (Number(valueOf(nws, "nextAllowedAt")) - it.cloud.clock.now()) / (24 * HOUR);
    expect(days).toBeGreaterThanOrEqual(30);
    expect(days).toBeLessThan(30.01);

    await it.cloud.clock.advance("1h");
    const second = await deliver("windsor");
    expect(brief(second.asked)).toEqual(["304 met"]);
    expect(resultOf(second.after, "windsor")).toEqual(["ok", "met", false]);
    for (const name of ["provider_refused", "fallback_used", "fetch_error"])
      expect([name, first.metric(name), second.metric(name)]).toEqual([name, [], []]);
  });

  test("404 for a grid asks once more which it is, and uses the new one", async () => {
    it.providers.script([
      { path: "/nws/points/30,-85", effect: { kind: "edited", set: { "properties.gridX": "57" } }, times: 1 },
      { path: "/nws/gridpoints/TAE/57,65", effect: { kind: "document", file: "nws/pynws/detailed_forecast.json" }, times: 1 }, // prettier-ignore
    ]);
    const first = await deliver("moved");
    expect(first.asked).toEqual(["200 /nws/points/30,-85", "200 /nws/gridpoints/TAE/57,65"]);
    expect(resultOf(first.after, "moved")).toEqual(["ok", "nws", false]);
    await it.cloud.clock.advance("2h");
    const second = await deliver("moved");
    expect(second.asked).toEqual([
      "404 /nws/gridpoints/TAE/57,65",
      "200 /nws/points/30,-85",
      "200 /nws/gridpoints/TAE/58,65",
    ]);
    expect(second.result).toEqual([]);
    expect(valueOf(second.after["LOC#moved HTTP#nws"], "grid")).toMatchObject({ x: { N: "58" }, y: { N: "65" } });
    expect(second.metric("provider_refused")).toEqual([]);
    await it.cloud.clock.advance("2h");
    expect((await deliver("moved")).asked.map((each) => each.slice(4))).toEqual(["/nws/gridpoints/TAE/58,65"]);
  });

  test("a grid that fails twice is replaced by the periods for as long as it fails", async () => {
    it.providers.script([]);
    const first = await deliver("flagstaff", "honolulu");
    expect(first.result).toEqual([0, 1]);
    expect(valueOf(first.after[`RUN#${RUN} LOC#flagstaff`], "reason")).toBe("nws: HTTP 503: Forecast Grid Expired");
    const second = await deliver("flagstaff", "honolulu");
    expect(second.result).toEqual([]);
    expect(second.asked.filter((each) => each.startsWith("200")).toSorted()).toEqual([
      "200 /nws/gridpoints/FGZ/74,89/forecast",
      "200 /nws/gridpoints/HFO/154,145/forecast",
    ]);
    for (const id of ["flagstaff", "honolulu"]) {
      expect(resultOf(second.after, id)).toEqual(["ok", "nws", false]);
      const issuedAt = String(valueOf(second.after[`LOC#${id} LATEST`], "issuedAt"));
      const steps = stepsOf(second.after[`LOC#${id} FC#nws#${issuedAt}`]);
      expect(steps.length).toBeGreaterThanOrEqual(13);
      expect(steps.every(({ hours, windSpeed }) => Number(hours) <= 18 && windSpeed !== null)).toBe(true);
    }
    await it.cloud.clock.advance("7h");
    const third = await deliver("flagstaff");
    expect(brief(third.asked)).toEqual(["503 nws", "503 nws", "503 nws", "200 nws"]);
    expect([third.result, third.metric("fetch_error")]).toEqual([[], []]);
  });
});

test("203 is a forecast, and a warning that its version will go away", async () => {
  it.providers.script([{ path: ofMet(OLD), effect: status(203) }]);
  const { result, asked, after, logged } = await deliver("old");
  expect([result, brief(asked)]).toEqual([[], ["203 met"]]);
  expect(resultOf(after, "old")).toEqual(["ok", "met", false]);
  const warning = "203: this version of the provider's API will go away";
  expect(logged).toContainEqual(expect.objectContaining({ level: "WARN", message: warning, provider: "met" }));
});

const runItems = async (run: string): Promise<Readonly<Record<string, Item>>> =>
  Object.fromEntries((await it.items(`RUN#${run}`)).map((item) => [`RUN#${run} ${String(valueOf(item, "sk"))}`, item]));

describe("403", () => {
  test("is one request, an alarm, and a day without another", async () => {
    it.providers.script([{ path: ofMet(REFUSED), effect: status(403) }]);
    const first = await deliver("refused");
    expect([first.result, brief(first.asked)]).toEqual([[0], ["403 met"]]);
    expect(valueOf(first.after[`RUN#${RUN} LOC#refused`], "reason")).toBe("met: HTTP 403");
    expect(first.metric("provider_refused")).toEqual([1]);
    const off = Number(valueOf(first.after["LOC#refused HTTP#met"], "nextAllowedAt")) - it.cloud.clock.now();
    expect(off).toBeGreaterThanOrEqual(24 * HOUR);
    expect(off).toBeLessThan(24 * HOUR + 60_000);

    const second = await deliver("refused", "brief");
    expect(second.result).toEqual([0]);
    expect(brief(second.asked)).toEqual(["200 met"]); // the other place
    expect(second.metric("provider_refused")).toEqual([]);
    await it.cloud.clock.advance("5m");
    expect(await alarmOf(it, "Refused")).toBe("ALARM");
  });

  test("the next night's plan leaves it out, the night after asks again", async () => {
    it.providers.clearLog();
    await it.night();
    expect(requestsAt(REFUSED)).toEqual([]);
    expect(requestsAt(BRIEF)).toHaveLength(1);
    expect(resultOf(await runItems("2026-01-16"), "refused", "2026-01-16")[0]).toBe("skipped");
    expect(await alarmOf(it, "Refused")).toBe("OK");
    it.providers.script([]);
    await it.night();
    expect(requestsAt(REFUSED)).toHaveLength(1);
    expect(resultOf(await runItems("2026-01-17"), "refused", "2026-01-17")).toEqual(["ok", "met", false]);
  });
});
