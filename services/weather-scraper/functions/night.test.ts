// Nights with providers that are well: what is asked, when, and what is left in the table.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ForecastView, RunView } from "../src/answer-schemas.ts";
import type { Seen } from "../local/provider-server.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";
import { differences, readTable, type Table } from "../test/read-table.ts";

let it: Weather;
let first: Table;
beforeAll(async () => {
  it = await openWeather();
  await it.night();
  first = await readTable(it);
});
afterAll(() => it.close());

const report = async (date: string): Promise<RunView> => (await it.get(`/runs/${date}`)).json as RunView; // as openapi.json says, which was checked

/** `200 /path`, sorted. */
const asked = (log: readonly Seen[]): readonly string[] =>
  log.map(({ status, path }) => `${status} ${path}`).toSorted((a, b) => (a < b ? -1 : 1));

/** A run of a later date at this very time; answers what it asked of providers, and which items changed. */
const runAgain = async (date: string) => {
  const before = await readTable(it);
  it.providers.clearLog();
  expect(await it.plan(Date.parse(`${date}T02:07:00Z`))).toBe(true);
  await it.cloud.clock.advance("5s");
  await it.cloud.idle();
  const changed = differences(before, await readTable(it));
  return { log: it.providers.log(), changed: changed.filter((key) => !key.startsWith("RUN#")) };
};

describe("a first night", () => {
  test("fetches every place", async () => {
    expect(await report("2026-01-16")).toEqual({
      date: "2026-01-16",
      planned: 5,
      ok: 5,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      fallback: 0,
      complete: true,
      failures: [],
    });
  });

  test("asks each provider once for each place, after 02:07, and says who is asking", () => {
    const log = it.providers.log();
    expect(asked(log)).toEqual([
      "200 /met/weatherapi/locationforecast/2.0/compact?lat=-31.55&lon=159.08",
      "200 /met/weatherapi/locationforecast/2.0/compact?lat=39.9&lon=116.4",
      "200 /met/weatherapi/locationforecast/2.0/compact?lat=40.7&lon=-74&altitude=10",
      "200 /met/weatherapi/locationforecast/2.0/compact?lat=51.5&lon=-0.1&altitude=25",
      "200 /nws/gridpoints/TAE/58,65",
      "200 /nws/points/30,-85",
    ]);
    for (const { time, headers } of log) {
      expect(time >= "2026-01-16T02:07:00.000Z" && time <= "2026-01-16T02:22:01.000Z").toBe(true);
      expect(headers).toMatchObject({
        "user-agent": "warmstart-weather/0.1.0 you@example.com",
        "accept-encoding": "gzip",
      });
      expect(headers).not.toHaveProperty("if-modified-since");
    }
  });

  test("leaves forecasts in SI with their source, whose tag gives 304", async () => {
    const answer = await it.get("/locations/london/forecast?detail=hours");
    expect(answer).toBeHttp(200, {
      provider: "met",
      issuedAt: "2026-01-16T01:30:57Z",
      stale: false,
      units: "si",
      attribution: [{ text: "Based on data from MET Norway, changed", licence: "CC BY 4.0" }],
    });
    const { days, hours = [] } = answer.json as ForecastView; // as openapi.json says
    expect(days[0]).toMatchObject({ date: "2026-01-16", tempMax: 21.1, hoursCovered: 23, hoursInDay: 24 });
    expect(hours[0]).toMatchObject({ start: "2026-01-16T02:00:00Z", hours: 1 });
    const etag = answer.headers["etag"] ?? "";
    expect(await it.get("/locations/london/forecast?detail=hours", { "if-none-match": etag })).toBeHttp(304);
  });

  test("leaves an issue, its days, the latest and the state of the provider, and each body as it came", async () => {
    const ofLondon = Object.keys(first).filter((key) => key.startsWith("LOC#london "));
    expect(ofLondon.map((key) => key.replace(/^LOC#london /, ""))).toEqual([
      ...["16", "17", "18", "19", "20", "21", "22", "23", "24"].map((day) => `DAY#2026-01-${day}#2026-01-16T01:30:57Z`),
      "FC#met#2026-01-16T01:30:57Z",
      "HTTP#met",
      "LATEST",
    ]);
    const issues = Object.keys(first).filter((key) => key.includes(" FC#"));
    expect(issues).toHaveLength(5);
    for (const issue of issues) {
      const [, id, provider, issuedAt] = /^LOC#(.*) FC#(.*)#(.*)$/.exec(issue) ?? [];
      await expect(it.cloud).toHaveObject(it.app.resource("RawBucket"), `raw/${provider}/${id}/${issuedAt}.json.gz`);
    }
  });
});

describe("the same night once more", () => {
  test("the sweep finds nothing to do", async () => {
    it.providers.clearLog();
    const before = await readTable(it);
    expect(await it.plan()).toBe(true);
    await it.cloud.idle();
    expect(it.providers.log()).toEqual([]);
    expect(differences(before, await readTable(it))).toEqual([]);
  });

  test("before Expires another run sends no request, and changes nothing but its own report", async () => {
    await it.setVariables("plan", { SPREAD_SECONDS: "4" });
    expect(await runAgain("2026-01-17")).toEqual({ log: [], changed: [] });
    expect(await report("2026-01-17")).toMatchObject({ ok: 0, unchanged: 5, complete: true });
  });

  test("after it each gets a 304 for the very Last-Modified that was sent; only HTTP# changes, no row is new", async () => {
    const sent = (await readTable(it))["LOC#london HTTP#met"]?.["lastModified"]?.["S"];
    expect(sent).toBe("Fri, 16 Jan 2026 01:45:57 GMT");
    await it.cloud.clock.advance("65m");
    const { log, changed } = await runAgain("2026-01-18");
    expect(asked(log).map((line) => line.slice(0, 8))).toEqual([
      "304 /met",
      "304 /met",
      "304 /met",
      "304 /met",
      "304 /nws",
    ]);
    const ofLondon = log.find(({ path }) => path.includes("lat=51.5"));
    expect(ofLondon?.headers["if-modified-since"]).toBe(sent);
    expect(changed).toEqual([
      "LOC#apalachicola HTTP#nws",
      "LOC#beijing HTTP#met",
      "LOC#london HTTP#met",
      "LOC#lord-howe HTTP#met",
      "LOC#new-york HTTP#met",
    ]);
    expect(await report("2026-01-18")).toMatchObject({ ok: 0, unchanged: 5, complete: true });
  });

  test("a new issue is a new row beside the old one, and the one that is shown", async () => {
    await it.cloud.clock.advance("6h");
    const { log, changed } = await runAgain("2026-01-19");
    expect(new Set(log.map(({ status }) => status))).toEqual(new Set([200]));
    expect(changed).toContain("LOC#london FC#met#2026-01-16T07:30:57Z");
    expect(changed).not.toContain("LOC#london FC#met#2026-01-16T01:30:57Z");
    expect(await it.get("/locations/london/forecast")).toBeHttp(200, { issuedAt: "2026-01-16T07:30:57Z" });
  });
});
