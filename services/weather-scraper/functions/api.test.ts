// What the API answers, from a table that nights have filled.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cursors } from "@warmstart/middleware";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import type { DayIssueView, ForecastView, LocationView } from "../src/answer-schemas.ts";
import { aForecast, idOf, runOf, storesOf, type Stores } from "../test/put-forecasts.ts";

let cloud: TestCloud;
let app: App;
let stores: Stores;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/weather-scraper");
  stores = storesOf(cloud, app);
  await stores.put(aForecast());
});
afterAll(() => cloud.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) => app.http.get(path, { headers });
const forecast = async (query = ""): Promise<ForecastView> =>
  (await get(`/locations/london/forecast${query}`)).json as ForecastView; // as openapi.json says, which was checked

interface Page<T> {
  readonly data: readonly T[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

describe("GET /locations", () => {
  test("lists what the operator's file has, with the order in which providers are asked", async () => {
    const { data, page } = (await get("/locations")).json as Page<LocationView>;
    expect(data.map(({ id }) => id)).toEqual(["london", "new-york", "beijing", "apalachicola", "lord-howe"]);
    expect(data.map(({ providers }) => providers.join())).toEqual(["met", "met", "met", "nws,met", "met"]);
    expect(data[2]).toMatchObject({
      name: "Beijing",
      lat: 39.9,
      lon: 116.4,
      altitude: null,
      timeZone: "Asia/Shanghai",
    });
    expect(page).toEqual({ limit: 20, next: null });
  });

  test("in pages", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/locations?limit=2";
    while (path !== undefined) {
      const { json, headers } = await get(path);
      seen.push(...(json as Page<LocationView>).data.map(({ id }) => id));
      path = /<(.*)>/.exec(headers["link"] ?? "")?.[1];
    }
    expect(seen).toEqual(["london", "new-york", "beijing", "apalachicola", "lord-howe"]);
  });

  test("a cursor that stands at a place which was taken out begins no other list", async () => {
    const gone = cursors({ route: "locations", sub: "" }).encode("atlantis");
    expect(await get(`/locations?cursor=${gone}`)).toBeProblem(400, "invalid-cursor");
    expect(await get("/locations?cursor=")).toBeProblem(400, "invalid-cursor");
  });
});

describe("GET /locations/{id}/forecast", () => {
  test("is by days of the place in SI, says by whom, and which days are not whole", async () => {
    const answer = await forecast();
    expect(answer).toMatchObject({
      location: { id: "london", timeZone: "Europe/London" },
      provider: "met",
      issuedAt: "2026-01-15T12:00:00Z",
      fetchedAt: "2026-01-15T12:09:00Z",
      stale: false,
      units: "si",
      attribution: [{ text: "Based on data from MET Norway, changed", licence: "CC BY 4.0" }],
    });
    expect(answer).not.toHaveProperty("staleReason");
    expect(answer).not.toHaveProperty("hours");
    expect(answer.days.map(({ date, partial, hoursCovered }) => [date, partial, hoursCovered])).toEqual([
      ["2026-01-15", true, 12],
      ["2026-01-16", false, 24],
      ["2026-01-17", false, 24],
      ["2026-01-18", true, 12],
    ]);
    expect(answer.days[0]).toMatchObject({ tempMin: 18.9, tempMax: 20, precipitation: 12, gustMax: null });
  });

  test("units=us converts what is shown, and nothing that is stored", async () => {
    const { units, days, hours } = await forecast("?units=us&detail=hours&days=1");
    expect(units).toBe("us");
    expect(days[0]).toMatchObject({ tempMax: 68, windMax: 22.37, precipitation: 0.47, gustMax: null });
    expect(hours?.[0]).toMatchObject({ temperature: 68, windSpeed: 22.37, precipitation: 0.04, pressure: 29.92 });
    expect(hours?.[0]).toMatchObject({ humidity: 80, windFrom: 270, hours: 1, code: "lightrain" });
    expect((await forecast()).days[0]).toMatchObject({ tempMax: 20, windMax: 10 });
  });

  test.each([
    [1, 12],
    [2, 36],
    [10, 72],
  ])("days=%i, and with detail=hours their %i hours", async (days, steps) => {
    const answer = await forecast(`?days=${days}&detail=hours`);
    expect(answer.days).toHaveLength(Math.min(days, 4));
    expect(answer.hours).toHaveLength(steps);
    expect((await forecast(`?days=${days}&detail=days`)).hours).toBeUndefined();
  });

  test("has a tag of its content, with which it is not sent again", async () => {
    const path = "/locations/london/forecast";
    const first = await get(path);
    expect(first.headers).toMatchObject({
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      "cache-control": "public, max-age=300",
    });
    const etag = first.headers["etag"] ?? "";
    const again = await get(path, { "if-none-match": `"other", W/${etag}` });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(again.headers).toMatchObject({ etag, "cache-control": "public, max-age=300" });
    expect((await get(`${path}?units=us`)).headers["etag"]).not.toBe(etag);
    expect(await get(path, { "if-none-match": '"other"' })).toBeHttp(200);
  });

  test("a stale one is shown, as old as it is, with the reason, until there is a newer one", async () => {
    const old = aForecast({ locationId: idOf("beijing"), zone: "Asia/Shanghai" });
    await stores.put(old);
    const path = "/locations/beijing/forecast";
    const { etag = "" } = (await get(path)).headers;
    await stores.forecasts.markStale(old.locationId, old.issuedAt, "met: 503 for three times");
    expect(await get(path, { "if-none-match": etag })).toBeHttp(200, {
      stale: true,
      staleReason: "met: 503 for three times",
      issuedAt: old.issuedAt,
      fetchedAt: old.fetchedAt,
    });
    await stores.put({ ...old, issuedAt: "2026-01-15T13:00:00Z" });
    const { json } = await get(path);
    expect(json).toMatchObject({ stale: false, issuedAt: "2026-01-15T13:00:00Z" });
    expect(json).not.toHaveProperty("staleReason");
  });

  test.each([
    ["nws", "public domain", "https://www.weather.gov/disclaimer"],
    ["open-meteo", "CC BY 4.0", "https://open-meteo.com/"],
  ] as const)("names %s where that answered", async (provider, licence, url) => {
    await stores.put(aForecast({ locationId: idOf("new-york"), zone: "America/New_York", provider }));
    const { json } = await get("/locations/new-york/forecast");
    expect(json).toMatchObject({ provider, attribution: [{ licence, url, text: expect.any(String) }] });
  });

  test("before the first one, tells when the next run is", async () => {
    const answer = await get("/locations/lord-howe/forecast");
    expect(answer).toBeProblem(404, "no-forecast-yet");
    expect(answer.json).toMatchObject({ nextRun: "2026-01-16T02:07:00Z" });
    expect(answer.headers["cache-control"]).toBe("no-store");
  });
});

test.each(["forecast", "history"])("a place that is not in the file has no %s", async (what) => {
  for (const id of ["atlantis", "London", "__proto__", "%F0%9F%8C%8A", "x".repeat(200)])
    expect(await get(`/locations/${id}/${what}`)).toBeProblem(404, "unknown-location");
});

const entry = (name: string, detail: string) => ({ pointer: `#/${name}`, code: expect.any(String), detail });

describe("a query that is wrong has an entry for each fault", () => {
  test.each([
    ["forecast?days=0", [entry("days", "must be 1 to 10")]],
    ["forecast?days=11", [entry("days", "must be 1 to 10")]],
    ["forecast?days=1.5&units=metric", [entry("days", "must be 1 to 10"), entry("units", "must be si or us")]],
    [
      "forecast?detail=minutes&lang=en",
      [entry("detail", "must be days or hours"), entry("lang", "is not a known property")],
    ],
    ["history?validDate=2026-02-30", [entry("validDate", "must be a date such as 2026-01-15")]],
    [
      "history?validDate=2027-02-29&limit=0",
      [entry("limit", "must be 1 to 100"), entry("validDate", "must be a date such as 2026-01-15")],
    ],
  ])("%s", async (path, errors) => {
    const answer = await get(`/locations/london/${path}`);
    expect(answer).toBeProblem(400, "invalid-query");
    expect((answer.json as { errors: readonly unknown[] }).errors).toEqual(errors);
  });

  test("29 February is a date in leap years", async () => {
    expect(await get("/locations/london/history?validDate=2028-02-29")).toBeHttp(200);
    expect(await get("/locations/london/history?validDate=2000-02-29")).toBeHttp(200);
    expect(await get("/locations/london/history?validDate=2100-02-29")).toBeProblem(400, "invalid-query");
  });
});

const issues = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => new Date(from + at * 3_600_000).toISOString().replace(".000Z", "Z"));
const historyOf = async (query: string, meanwhile = async () => {}): Promise<readonly DayIssueView[]> => {
  const rows: DayIssueView[] = [];
  let next: string | null = "";
  while (next !== null) {
    const cursor: string = next === "" ? "" : `&cursor=${next}`;
    const answer = await get(`/locations/apalachicola/history?${query}${cursor}`);
    expect(answer).toBeHttp(200);
    const { data, page } = answer.json as Page<DayIssueView>;
    rows.push(...data);
    next = page.next;
    await meanwhile();
  }
  return rows;
};

describe("GET /locations/{id}/history", () => {
  const place = { locationId: idOf("apalachicola"), zone: "America/New_York", provider: "nws", hours: 48 } as const;

  test("pages go by date, then by issue, without a gap or a repetition while others come in", async () => {
    const written = issues(Date.parse("2026-01-10T00:00:00Z"), 40);
    for (const issuedAt of written) await stores.forecasts.addDays(aForecast({ ...place, issuedAt }));
    let minutes = 0;
    const meanwhile = async () => {
      minutes += 1;
      const issuedAt = `2026-01-10T${String(minutes % 24).padStart(2, "0")}:30:00Z`;
      await stores.forecasts.addDays(aForecast({ ...place, issuedAt }));
    };
    const rows = (await historyOf("limit=7", meanwhile)).filter(({ issuedAt }) => issuedAt.endsWith(":00:00Z"));
    const keys = rows.map(({ date, issuedAt }) => `${date}#${issuedAt}`);
    expect(keys).toEqual([...new Set(keys)].toSorted());
    expect(keys).toHaveLength(written.flatMap((issuedAt) => aForecast({ ...place, issuedAt }).days).length);
    expect(rows[0]).toMatchObject({ date: "2026-01-09", provider: "nws", partial: true, hoursCovered: 5 });
  });

  test("of one date, in one page or many", async () => {
    const all = await historyOf("validDate=2026-01-11&limit=100");
    expect(new Set(all.map(({ date }) => date))).toEqual(new Set(["2026-01-11"]));
    expect(await historyOf("validDate=2026-01-11&limit=3")).toEqual(all);
    expect(await historyOf("validDate=1999-01-11")).toEqual([]);
  });

  test("a cursor belongs to its place and its date", async () => {
    const { page } = (await get("/locations/apalachicola/history?validDate=2026-01-11&limit=1")).json as Page<unknown>;
    const cursor = `cursor=${page.next}`;
    expect(await get(`/locations/apalachicola/history?validDate=2026-01-11&${cursor}`)).toBeHttp(200);
    for (const path of [
      "apalachicola/history?",
      "apalachicola/history?validDate=2026-01-12&",
      "london/history?validDate=2026-01-11&",
    ])
      expect(await get(`/locations/${path}${cursor}`)).toBeProblem(400, "invalid-cursor");
  });

  test.each([
    [{}, "LATEST"],
    [{}, ""],
    [{}, "2026-01-11#x"],
    [{ validDate: "2026-01-11" }, "2026-01-12#2026-01-10T00:00:00Z"],
    [{ validDate: "2026-01-11" }, "2026-01-10#2026-01-10T00:00:00Z"],
  ])("a cursor that was made up, %j %j, leads nowhere", async (filter, position) => {
    const scope = { route: "history", sub: "", filter: { id: "apalachicola", ...filter } };
    const query = new URLSearchParams({ ...filter, cursor: cursors(scope).encode(position) });
    expect(await get(`/locations/apalachicola/history?${query.toString()}`)).toBeProblem(400, "invalid-cursor");
  });

  test("of a place that was never fetched it is empty, and it has a tag as all have", async () => {
    const answer = await get("/locations/lord-howe/history");
    expect(answer).toBeHttp(200, { data: [], page: { limit: 20, next: null } });
    const again = await get("/locations/lord-howe/history", { "if-none-match": answer.headers["etag"] ?? "" });
    expect(again.status).toBe(304);
  });
});

describe("GET /runs/{date}", () => {
  const result = { provider: "met", fallback: false } as const;

  test("counts what became of each place, and names who failed", async () => {
    const runId = runOf("2026-01-14");
    await stores.runs.open(runId, 5, "2026-01-14T02:07:00.000Z");
    await stores.runs.setResult(runId, { ...result, locationId: idOf("london"), outcome: "ok" });
    await stores.runs.setResult(runId, { ...result, locationId: idOf("beijing"), outcome: "unchanged" });
    await stores.runs.setResult(runId, {
      locationId: idOf("new-york"),
      outcome: "failed",
      fallback: true,
      reason: "met: 503; open-meteo: 429",
    });
    expect(await get("/runs/2026-01-14")).toBeHttp(200, {
      date: "2026-01-14",
      planned: 5,
      ok: 1,
      unchanged: 1,
      skipped: 0,
      failed: 1,
      fallback: 1,
      complete: false,
      failures: [{ locationId: "new-york", reason: "met: 503; open-meteo: 429" }],
    });
  });

  test("is complete when all have a result, and none failed; what comes twice counts once", async () => {
    const runId = runOf("2026-01-13");
    await stores.runs.open(runId, 2, "2026-01-13T02:07:00.000Z");
    expect((await get("/runs/2026-01-13")).json).toMatchObject({ planned: 2, ok: 0, complete: false });
    const done = { ...result, locationId: idOf("london"), outcome: "ok" } as const;
    await stores.runs.setResult(runId, done);
    await stores.runs.setResult(runId, { ...done, outcome: "unchanged" });
    expect((await get("/runs/2026-01-13")).json).toMatchObject({ ok: 1, unchanged: 0, complete: false });
    await stores.runs.setResult(runId, { locationId: idOf("beijing"), outcome: "skipped", fallback: false });
    const answer = await get("/runs/2026-01-13");
    expect(answer.json).toMatchObject({ ok: 1, skipped: 1, complete: true, failures: [] });
    expect((await get("/runs/2026-01-13", { "if-none-match": answer.headers["etag"] ?? "" })).status).toBe(304);
  });

  test.each(["2026-01-12", "2026-02-30", "yesterday", "2026-1-14"])("there was none on %s", async (date) => {
    expect(await get(`/runs/${date}`)).toBeProblem(404, "not-found");
  });

  test("a report that is longer than what DynamoDB gives at once is whole", async () => {
    const runId = runOf("2026-01-11");
    await stores.runs.open(runId, 30, "2026-01-11T02:07:00.000Z");
    const reason = "x".repeat(50_000);
    const failed = { outcome: "failed", fallback: false, reason } as const;
    for (let at = 0; at < 30; at++) await stores.runs.setResult(runId, { ...failed, locationId: idOf(`place-${at}`) });
    const { json } = await get("/runs/2026-01-11");
    expect(json).toMatchObject({ planned: 30, failed: 30, complete: false });
    expect((json as { failures: readonly unknown[] }).failures).toHaveLength(30);
  });
});
