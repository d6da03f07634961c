import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type HttpResult, send } from "@warmstart/testing";
import type { Fault } from "./faults.ts";
import { type ProviderServer, startProviderServer } from "./provider-server.ts";

const HOUR = 3_600_000;
const NIGHT = Date.parse("2026-01-16T02:07:00Z");
const AGENT = { "user-agent": "weather-scraper/0.1.0 you@example.com" };
const LONDON = "/met/weatherapi/locationforecast/2.0/compact?lat=51.5&lon=-0.1&altitude=25";
const NEW_YORK = "/met/weatherapi/locationforecast/2.0/compact?lat=40.7&lon=-74&altitude=10";
const BERLIN =
  "/open-meteo/v1/forecast?latitude=52.52&longitude=13.41&hourly=temperature_2m,wind_speed_10m,weather_code&timezone=GMT&timeformat=unixtime&wind_speed_unit=ms";

let now = NIGHT;
let server: ProviderServer;
beforeEach(async () => {
  now = NIGHT;
  server = await startProviderServer({ now: () => now });
});
afterEach(() => server.close());

const get = (path: string, headers: Readonly<Record<string, string>> = AGENT): Promise<HttpResult> =>
  send("GET", server.url + path, { headers });

const statusAt = async (query: string) => (await get(`/met/weatherapi/locationforecast/2.0/compact?${query}`)).status;

interface MetBody {
  readonly geometry: unknown;
  readonly properties: {
    readonly meta: { readonly updated_at: string };
    readonly timeseries: readonly {
      readonly time: string;
      readonly data: Readonly<Record<string, { readonly details?: Readonly<Record<string, number>> }>>;
    }[];
  };
}

const namesIn = ({ properties }: MetBody) => Object.keys(properties.timeseries[0]?.data["instant"]?.details ?? {});

const bodyOf = ({ json }: HttpResult): MetBody => json as MetBody; // MET's format

describe("MET", () => {
  test("answers with the recording, moved by whole hours to the newest issue", async () => {
    const answer = await get(NEW_YORK);
    expect(answer.status).toBe(200);
    const { properties } = bodyOf(answer);
    expect(properties.meta.updated_at).toBe("2026-01-16T01:30:57Z");
    expect(properties.timeseries.map(({ time }) => time)).toHaveLength(82);
    expect(properties.timeseries[0]?.time).toBe("2026-01-16T01:00:00Z");
    expect(properties.timeseries.at(-1)?.time).toBe("2026-01-24T20:00:00Z");
    const text = readFileSync(
      join(import.meta.dirname, "recorded/metno/lat40.7lon-74.0altitude10_compact.json"),
      "utf8",
    );
    const { data } = JSON.parse(text) as { data: MetBody }; // as it was recorded
    expect(properties.timeseries.map((step) => step.data)).toEqual(data.properties.timeseries.map((step) => step.data));
  });

  test("says when to ask again and what it has, in its own words", async () => {
    const { headers } = await get(LONDON);
    expect(headers).toMatchObject({
      date: "Fri, 16 Jan 2026 02:07:00 GMT",
      expires: "Fri, 16 Jan 2026 02:37:30 GMT",
      "last-modified": "Fri, 16 Jan 2026 01:45:57 GMT",
      "content-type": "application/json",
    });
  });

  test("answers 304 to exactly its own Last-Modified until the next issue, and to nothing else", async () => {
    const modified = (await get(LONDON)).headers["last-modified"] ?? "";
    const ask = async (since: string) => (await get(LONDON, { ...AGENT, "if-modified-since": since })).status;
    now += 3 * HOUR;
    const unchanged = await get(LONDON, { ...AGENT, "if-modified-since": modified });
    expect([unchanged.status, unchanged.text]).toEqual([304, ""]);
    expect(unchanged.headers).toMatchObject({ expires: "Fri, 16 Jan 2026 05:37:30 GMT", "last-modified": modified });
    expect(await ask(new Date(Date.parse(modified) + HOUR).toUTCString())).toBe(200);
    expect(await ask(new Date(modified).toISOString())).toBe(200);
    now += 3 * HOUR;
    expect(await ask(modified)).toBe(200);
    expect(bodyOf(await get(LONDON)).properties.meta.updated_at).toBe("2026-01-16T07:30:57Z");
  });

  test("gives any place the nearest recording, around the date line too, under the coordinates that were asked for", async () => {
    const path = "/met/weatherapi/locationforecast/2.0/compact?lat=-31.55&lon=159.08";
    const answer = await get(path);
    expect(bodyOf(answer).geometry).toEqual({ type: "Point", coordinates: [159.08, -31.55, 50] });
    const beijing = await get("/met/weatherapi/locationforecast/2.0/compact?lat=39.9&lon=116.4");
    expect(bodyOf(answer).properties).toEqual(bodyOf(beijing).properties);
  });

  test("gives the compact product for London, which was recorded in the fuller one", async () => {
    const [london, newYork] = [bodyOf(await get(LONDON)), bodyOf(await get(NEW_YORK))];
    expect(namesIn(london)).toEqual(namesIn(newYork));
    expect(london.properties.timeseries[0]?.data["next_6_hours"]?.details).toEqual({ precipitation_amount: 0 });
  });

  test.each(["weather-scraper/0.1.0", "node", ""])("refuses %j, whom nobody could write to", async (agent) => {
    expect(await get(LONDON, { "user-agent": agent })).toMatchObject({ status: 403 });
  });

  test("refuses a fifth decimal, and what is no place", async () => {
    expect(await statusAt("lat=51.5074&lon=-0.1278")).toBe(200);
    expect(await statusAt("lat=51.50741&lon=-0.1278")).toBe(403);
    expect(await statusAt("lat=51.5&lon=1e-5")).toBe(400);
    expect(await statusAt("lat=91&lon=0")).toBe(400);
    expect(await statusAt("lat=51.5")).toBe(400);
    expect(await statusAt("lat=51.5&lon=0&altitude=2.5")).toBe(400);
  });

  test("zips for who asks for it", async () => {
    const [zipped, plain] = [await fetch(server.url + LONDON, { headers: AGENT }), await get(LONDON)];
    expect([zipped.headers.get("content-encoding"), plain.headers["content-encoding"]]).toEqual(["gzip", undefined]);
    expect(Number(zipped.headers.get("content-length"))).toBeLessThan(plain.body.length / 4);
    expect(await zipped.json()).toEqual(plain.json);
  });
});

interface NwsBody {
  readonly properties: {
    readonly gridId?: string;
    readonly updateTime?: string;
    readonly validTimes?: string;
    readonly temperature?: { readonly values: readonly { readonly validTime: string }[] };
    readonly periods?: readonly { readonly startTime: string; readonly endTime: string }[];
  };
}

const nwsOf = async (path: string): Promise<NwsBody["properties"]> =>
  ((await get(`/nws${path}`)).json as NwsBody).properties; // NWS's format

describe("the NWS", () => {
  test("knows three places, and has nothing for others", async () => {
    expect(await nwsOf("/points/30,-85")).toMatchObject({ gridId: "TAE", gridX: 58, gridY: 65 });
    expect(await nwsOf("/points/35.198,-111.651")).toMatchObject({ gridId: "FGZ", gridX: 74, gridY: 89 });
    expect(await nwsOf("/points/21.305,-157.858")).toMatchObject({ gridId: "HFO", gridX: 154, gridY: 145 });
    const london = await get("/nws/points/51.5,-0.1");
    expect(london).toMatchObject({ status: 404, json: { title: "Data Unavailable For Requested Point" } });
    expect(await get("/nws/points/30.00001,-85")).toMatchObject({ status: 403 });
    expect(await get("/nws/points/30,-85", { "user-agent": "node" })).toMatchObject({ status: 403 });
  });

  test("moves its grid to the newest issue, with its intervals", async () => {
    const grid = await nwsOf("/gridpoints/TAE/58,65");
    expect(grid.updateTime).toBe("2026-01-15T21:15:41+00:00");
    expect(grid.validTimes).toBe("2026-01-15T15:00:00+00:00/P7DT14H");
    expect(grid.temperature?.values[4]?.validTime).toBe("2026-01-15T19:00:00+00:00/PT10H");
    const { headers } = await get("/nws/gridpoints/TAE/58,65");
    expect(headers).toMatchObject({
      "cache-control": "public, max-age=3600",
      expires: "Fri, 16 Jan 2026 03:07:00 GMT",
      "last-modified": "Thu, 15 Jan 2026 21:30:41 GMT",
    });
    const since = { ...AGENT, "if-modified-since": "Thu, 15 Jan 2026 21:30:41 GMT" };
    expect(await get("/nws/gridpoints/TAE/58,65", since)).toMatchObject({ status: 304 });
  });

  test("has periods where the grid has expired, one after the other, from this night", async () => {
    for (const cell of ["FGZ/74,89", "HFO/154,145"]) {
      const expired = await get(`/nws/gridpoints/${cell}`);
      expect(expired.status).toBe(503);
      expect(expired.json).toMatchObject({ title: "Forecast Grid Expired", status: 503 });
      const { periods = [], validTimes = "", updateTime = "" } = await nwsOf(`/gridpoints/${cell}/forecast`);
      expect(JSON.stringify(periods)).not.toContain("date:");
      expect(periods.length).toBeGreaterThanOrEqual(14);
      const gaps = periods
        .slice(1)
        .map(({ startTime }, at) => Date.parse(startTime) - Date.parse(periods[at]?.endTime ?? ""));
      expect(new Set(gaps)).toEqual(new Set([0]));
      expect(Math.abs(Date.parse(periods[0]?.startTime ?? "") - now)).toBeLessThan(24 * HOUR);
      expect(now - Date.parse(updateTime)).toBeLessThan(12 * HOUR);
      expect(validTimes).toMatch(/^2026-01-1[56]T\d\d:\d\d:\d\d\+00:00\/P\dDT\d+H$/);
    }
    const [overnight] = (await nwsOf("/gridpoints/HFO/154,145/forecast")).periods ?? [];
    expect(overnight).toMatchObject({ startTime: "2026-01-15T00:00:00-10:00", endTime: "2026-01-15T06:00:00-10:00" });
    expect(await get("/nws/gridpoints/XXX/1,1")).toMatchObject({ status: 404 });
  });
});

test("Open-Meteo answers the series that were asked for, says they are synthetic, and gives nothing to revalidate", async () => {
  const answer = await get(BERLIN, {});
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    synthetic: expect.stringContaining("made up"),
    utc_offset_seconds: 0,
    hourly_units: { time: "unixtime", temperature_2m: "°C", wind_speed_10m: "m/s", weather_code: "wmo code" },
  });
  const { hourly } = answer.json as { hourly: Record<string, readonly number[]> }; // Open-Meteo's format
  expect(Object.values(hourly).map(({ length }) => length)).toEqual([168, 168, 168, 168]);
  expect(hourly["time"]?.slice(0, 2)).toEqual([1_768_521_600, 1_768_525_200]);
  for (const name of ["etag", "last-modified", "expires"]) expect(answer.headers).not.toHaveProperty(name);
  now += 20 * 60_000;
  expect((await get(BERLIN, {})).text).toBe(answer.text);
  now += 24 * HOUR;
  expect((await get(BERLIN, {})).text).not.toBe(answer.text);
  const wrong = await get("/open-meteo/v1/forecast?latitude=52&longitude=13&hourly=weathercode");
  expect(wrong).toMatchObject({ status: 400, json: { error: true } });
});

const withEffect = async (effect: Fault["effect"], path = LONDON) => {
  server.script([{ path: "*", effect }]);
  return get(path);
};

describe("a script", () => {
  test("strikes the requests that it names, after some, for some times", async () => {
    const effect = { kind: "status", status: 429, retryAfter: 120 } as const;
    server.script([{ path: "/met/*lat=51.5&*", effect, after: 1, times: 2 }]);
    const statuses = [];
    for (let asked = 0; asked < 4; asked++) statuses.push((await get(LONDON)).status);
    expect(statuses).toEqual([200, 429, 429, 200]);
    expect(await get(NEW_YORK)).toMatchObject({ status: 200 });
    server.script([{ path: "/met/weatherapi/locationforecast/2.0/compact", effect }]);
    expect(await get(NEW_YORK)).toMatchObject({ status: 429, headers: { "retry-after": "120" } });
    server.script([]);
    expect(await get(NEW_YORK)).toMatchObject({ status: 200 });
  });

  test("gives other contents", async () => {
    expect(await withEffect({ kind: "status", status: 203 })).toMatchObject({ status: 203, json: { type: "Feature" } });
    const title = "Forecast Grid Expired";
    expect(await withEffect({ kind: "status", status: 503, title })).toMatchObject({ status: 503, json: { title } });
    const text = "Unknown location; please try ~51.5,-0.1";
    const wttr = await withEffect({ kind: "text", text });
    expect(wttr).toMatchObject({ status: 200, text, headers: { "content-type": "application/json" } });
    const stale = bodyOf(await withEffect({ kind: "stale", hours: 88 }));
    expect(stale.properties.meta.updated_at).toBe("2026-01-12T07:30:57Z");
    const set = {
      "properties.timeseries.3.time": 5,
      "properties.timeseries.*.data.instant.details.relative_humidity": 140,
    };
    const { timeseries } = bodyOf(await withEffect({ kind: "edited", set })).properties;
    expect(timeseries[3]?.time).toBe(5);
    expect(new Set(timeseries.map(({ data }) => data["instant"]?.details?.["relative_humidity"]))).toEqual(
      new Set([140]),
    );
    const file = "nws/pynws/gridpoints_forecast_strings_us.json";
    const strings = await withEffect({ kind: "document", file }, "/nws/gridpoints/TAE/58,65");
    expect(strings.json).toMatchObject({
      properties: { updateTime: "2026-01-16T00:16:20+00:00", periods: [{ startTime: "2026-01-15T20:00:00-04:00" }] },
    });
    const cassette = await withEffect({ kind: "document", file: "openmeteo/general.yml" }, BERLIN);
    expect(cassette.json).toMatchObject({ hourly_units: { weather_code: "wmo code" } });
  });

  test("breaks the way over the wire", async () => {
    const outcome = async (effect: Fault["effect"]) => {
      server.script([{ path: "*", effect }]);
      const stop = AbortSignal.timeout(200);
      const answer = fetch(server.url + LONDON, { headers: AGENT, signal: stop }).then(async (each) => each.text());
      return answer.then(
        ({ length }) => length,
        (error: unknown) => String(Object(error).name),
      );
    };
    expect(await outcome({ kind: "slow", ms: 1 })).toBeGreaterThan(10_000);
    expect(await outcome({ kind: "silent" })).toBe("TimeoutError");
    expect(await outcome({ kind: "stalled" })).toBe("TimeoutError");
    expect(await outcome({ kind: "reset" })).toBe("TypeError");
    expect(await outcome({ kind: "truncated" })).toBe("TypeError");
    expect(server.log().map(({ status }) => status)).toEqual([200, 0, 200, 0, 200]);
  });

  test("sends bodies beyond all measure, zipped to a thousandth when that is wanted", async () => {
    server.script([{ path: "*", effect: { kind: "large", megabytes: 5 } }]);
    expect((await get(LONDON)).body).toHaveLength(5_000_000);
    server.script([{ path: "*", effect: { kind: "large", megabytes: 20, gzip: true } }]);
    expect((await get(LONDON)).body.length).toBeLessThan(100_000);
    expect((await (await fetch(server.url + LONDON, { headers: AGENT })).arrayBuffer()).byteLength).toBe(20_000_000);
  });

  test("comes over HTTP too, with the log; a fault that nobody knows is refused", async () => {
    const fault = { path: "/met/*", effect: { kind: "status", status: 500 } };
    expect(await send("POST", `${server.url}/_script`, { body: [fault] })).toMatchObject({ status: 200 });
    await get(LONDON, { ...AGENT, "if-modified-since": "Fri, 16 Jan 2026 01:45:57 GMT" });
    const { json } = await send("GET", `${server.url}/_log`);
    expect(json).toMatchObject([
      {
        time: "2026-01-16T02:07:00.000Z",
        method: "GET",
        path: LONDON,
        headers: { ...AGENT, "if-modified-since": "Fri, 16 Jan 2026 01:45:57 GMT" },
        status: 500,
      },
    ]);
    await send("DELETE", `${server.url}/_log`);
    expect(server.log()).toEqual([]);
    const bad = await send("POST", `${server.url}/_script`, { body: [{ path: "*", effect: { kind: "earthquake" } }] });
    expect(bad).toMatchObject({ status: 400, json: { error: expect.stringContaining("Invalid type") } });
    expect(await send("POST", `${server.url}/_script`, { body: "no JSON" })).toMatchObject({ status: 400 });
  });
});

test("a port that somebody has is told", async () => {
  const port = Number(new URL(server.url).port);
  await expect(startProviderServer({ port, now: () => 0 })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
