// One provider asked for one place: what is taken for an answer, and what is remembered for the next time.
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { HOUR, movedBy, recorded } from "../local/recorded.ts";
import { askProvider, type ProviderAnswer } from "./ask-provider.ts";
import type { HttpState } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";
import { type PoliteAnswer, unasked } from "./polite-fetch.ts";
import { idOf } from "../test/put-forecasts.ts";

const DAY = 24 * HOUR;
const NOW = Date.parse("2026-01-15T12:00:00Z");

beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout"] });
});
afterEach(() => {
  jest.useRealTimers();
});

const place = { id: idOf("apalachicola"), name: "Apalachicola", lat: 30, lon: -85, timeZone: "America/New_York" };

interface Asked {
  readonly answer: ProviderAnswer;
  readonly paths: readonly string[];
  /** What the next request will know. */
  readonly http: HttpState;
}

/** Answers by path; a missing one is an error of the test. */
type Answers = Readonly<Record<string, PoliteAnswer>>;

const ask = async (provider: Provider, answers: Answers, state: HttpState = { failures: 0 }): Promise<Asked> => {
  const paths: string[] = [];
  const answer = await askProvider(provider, place, {
    politeFetch: async ({ url, state: known }) => {
      const early = unasked(known);
      if (early !== undefined) return early;
      const path = new URL(url).pathname;
      paths.push(path);
      const given = answers[path];
      if (given === undefined) throw new Error(`nobody said what ${path} answers`);
      return given;
    },
    base: "",
    rps: { met: 2, nws: 2, "open-meteo": 2 },
    signal: AbortSignal.timeout(60_000),
    state,
  });
  return { answer, paths, http: answer.http ?? state };
};

const [MET, OPEN_METEO, POINTS] = ["/weatherapi/locationforecast/2.0/compact", "/v1/forecast", "/points/30,-85"];
const [GRID, PERIODS] = ["/gridpoints/TAE/58,65", "/gridpoints/TAE/58,65/forecast"];

const broken = (status: number): PoliteAnswer => ({ kind: "broken", reason: `HTTP ${status}`, status });
const notModified: PoliteAnswer = { kind: "notModified", expires: NOW + HOUR };
const later = (at: number): PoliteAnswer => ({ kind: "retryLater", at, reason: "HTTP 429" });
const body = (document: unknown, expires = NOW + HOUR): PoliteAnswer => ({
  kind: "body",
  body: typeof document === "string" ? document : JSON.stringify(document),
  lastModified: "Thu, 15 Jan 2026 11:00:00 GMT",
  expires,
  deprecated: false,
});

/** Recorded documents as if issued an hour ago. */
const issued = (file: string, key: string): string => {
  const text = JSON.stringify(recorded(file));
  const at = Date.parse(new RegExp(`"${key}":"([^"]+)"`).exec(text)?.[1] ?? "");
  return movedBy(text, Math.floor((NOW - at) / HOUR) * HOUR);
};
const met = () => body(issued("metno/lat40.7lon-74.0altitude10_compact.json", "updated_at"));
const grid = () => body(issued("nws/pynws/detailed_forecast.json", "updateTime"));
const periods = () => body(issued("nws/pynws/gridpoints_forecast_relative_icon_us.json", "updateTime"));
const points = body(recorded("nws/pynws/points.json"));
const cell = (checkedAt: number) => ({ wfo: "TAE", x: 58, y: 65, checkedAt });

describe("any provider", () => {
  test("an issue is remembered with what lets the next request ask less", async () => {
    const { answer, http } = await ask("met", { [MET]: met() }, { failures: 3, nextAllowedAt: NOW - 1 });
    expect(answer.kind).toBe("issue");
    const lastModified = "Thu, 15 Jan 2026 11:00:00 GMT";
    expect(http).toEqual({ lastModified, expires: NOW + HOUR, failures: 0, issuedAt: "2026-01-15T11:30:57Z" });
  });

  test("what fails keeps what is known; what is no forecast makes the next request ask for all of it", async () => {
    const known = { failures: 0, lastModified: "x", expires: NOW - 1, issuedAt: "2026-01-15T06:00:00Z" };
    expect((await ask("met", { [MET]: broken(500) }, known)).http).toEqual({ ...known, failures: 1 });
    expect((await ask("met", { [MET]: body("{}") }, known)).http).toEqual({ failures: 1, issuedAt: known.issuedAt });
  });

  test("a refusal is one day without a request, and an alarm once", async () => {
    const first = await ask("met", { [MET]: broken(403) });
    expect(first.answer).toMatchObject({ kind: "none", refused: true, retryAt: NOW + DAY });
    jest.setSystemTime(NOW + DAY - 1);
    const second = await ask("met", {}, first.http);
    expect(second.answer).toMatchObject({ kind: "none", refused: false, retryAt: NOW + DAY });
    expect(second.http).toBe(first.http);
    jest.setSystemTime(NOW + DAY);
    expect((await ask("met", { [MET]: broken(403) }, second.http)).paths).toEqual([MET]);
  });

  test.each([204, 206, 302])("%d is no refusal, only no forecast", async (status) => {
    const { answer, http } = await ask("met", { [MET]: broken(status) });
    expect(answer).toMatchObject({ kind: "none", refused: false });
    expect(http.nextAllowedAt).toBeUndefined();
  });

  test.each<[string, PoliteAnswer | undefined, Partial<HttpState>]>([
    ["304 to who has nothing", notModified, {}],
    ["304 to who has not said what is known", notModified, { issuedAt: "2026-01-15T11:00:00Z" }],
    ["304 for days", notModified, { issuedAt: "2026-01-14T11:00:00Z", lastModified: "x" }],
    ["Expires in ten years", undefined, { issuedAt: "2026-01-14T11:00:00Z", expires: NOW + 3650 * DAY }],
  ])("%s is no answer, and the next request asks for all of it", async (_name, answer, known) => {
    const told = await ask("met", answer === undefined ? {} : { [MET]: answer }, { failures: 0, ...known });
    expect(told.answer.kind).toBe("none");
    expect(told.http).toMatchObject({ failures: 1 });
    expect(Object.keys(told.http)).not.toEqual(expect.arrayContaining(["lastModified"]));
    expect((await ask("met", { [MET]: met() }, told.http)).answer.kind).toBe("issue");
  });

  test.each([
    ["of the future", JSON.stringify(recorded("metno/lat40.7lon-74.0altitude10_compact.json")), NOW + 2 * HOUR],
    ["of long ago", JSON.stringify(recorded("metno/lat40.7lon-74.0altitude10_compact.json")), NOW - 19 * HOUR],
  ])("an issue %s is none", async (_name, text, at) => {
    const made = movedBy(text, at - Date.parse("2020-07-20T01:30:57Z"));
    const { answer } = await ask("met", { [MET]: body(made) });
    expect(answer).toMatchObject({
      kind: "none",
      reason: expect.stringMatching(/^issued (in 2 h from now|19 h ago)$/),
    });
    expect(answer).toHaveProperty("rejected", made);
  });

  test("a forecast of which all is over is none", async () => {
    const made = movedBy(JSON.stringify(recorded("metno/lat40.7lon-74.0altitude10_compact.json")), NOW - 17 * HOUR - Date.parse("2020-07-20T01:30:57Z")); // prettier-ignore
    const { properties, ...rest } = JSON.parse(made) as { properties: { timeseries: unknown[] } }; // as recorded
    const cut = { ...rest, properties: { ...properties, timeseries: properties.timeseries.slice(0, 3) } };
    const { answer } = await ask("met", { [MET]: body(JSON.stringify(cut)) });
    expect(answer).toMatchObject({ kind: "none", reason: expect.stringMatching(/^it is for /) });
  });

  test("a reason is one line that can be printed, of no more than 200 characters", async () => {
    const reason = `HTTP 503: ${"\u001B[2J\n\u202E😀".repeat(100)}`;
    const { answer } = await ask("met", { [MET]: { kind: "broken", reason, status: 503 } });
    expect(answer).toMatchObject({ kind: "none", reason: expect.stringMatching(/^HTTP 503: [\P{C}]{100,190}$/u) });
  });
});

const openMeteo = (temperature: number) => {
  const time = Array.from({ length: 48 }, (_none, hour) => NOW / 1000 + hour * 3600);
  const column = (value: number) => time.map(() => value);
  const names = ["relative_humidity_2m", "cloud_cover", "wind_speed_10m", "wind_direction_10m", "wind_gusts_10m", "precipitation", "precipitation_probability", "weather_code", "is_day"]; // prettier-ignore
  const hourly = { time, temperature_2m: column(temperature), pressure_msl: column(1000), ...Object.fromEntries(names.map((name) => [name, column(1)])) }; // prettier-ignore
  const units = { time: "unixtime", temperature_2m: "°C", wind_speed_10m: "m/s" };
  return body({ utc_offset_seconds: 0, hourly_units: units, hourly }, Date.now() + HOUR / 2);
};

describe("Open-Meteo, which does not say when it issued", () => {
  test("has issued when its values are others", async () => {
    const first = await ask("open-meteo", { [OPEN_METEO]: openMeteo(1) });
    expect(first.answer).toMatchObject({ kind: "issue", issue: { issuedAt: "2026-01-15T12:00:00Z" } });
    jest.setSystemTime(NOW + HOUR);
    const same = await ask("open-meteo", { [OPEN_METEO]: openMeteo(1) }, first.http);
    expect(same.answer).toMatchObject({ kind: "current", how: "same" });
    expect(same.http.issuedAt).toBe("2026-01-15T12:00:00Z");
    jest.setSystemTime(NOW + 2 * HOUR);
    const other = await ask("open-meteo", { [OPEN_METEO]: openMeteo(2) }, same.http);
    expect(other.answer).toMatchObject({ kind: "issue", issue: { issuedAt: "2026-01-15T14:00:00Z" } });
  });
});

describe("NWS", () => {
  test("is asked for the cell of a place once in 30 days", async () => {
    const first = await ask("nws", { [POINTS]: points, [GRID]: grid() });
    expect(first.paths).toEqual([POINTS, GRID]);
    expect(first.http).toMatchObject({ grid: cell(NOW), failures: 0 });
    const known = { ...first.http, expires: 0 };
    expect((await ask("nws", { [GRID]: notModified }, known)).paths).toEqual([GRID]);
    const old = { ...known, grid: cell(NOW - 30 * DAY) };
    expect((await ask("nws", { [POINTS]: points, [GRID]: notModified }, old)).paths).toEqual([POINTS, GRID]);
  });

  test("what was said of another cell is not said of this one", async () => {
    const other = { ...cell(NOW - 30 * DAY), x: 1 };
    const known = { failures: 0, grid: other, lastModified: "x", issuedAt: "2026-01-15T11:00:00Z" };
    const { answer } = await ask("nws", { [POINTS]: points, [GRID]: notModified }, known);
    expect(answer).toMatchObject({ kind: "none", reason: "304 where nothing was said to be known" });
  });

  test("is not asked for 30 days where it does not serve, and then again", async () => {
    const first = await ask("nws", { [POINTS]: broken(404) });
    expect(first.answer).toMatchObject({ kind: "none", refused: false, retryAt: NOW + 30 * DAY });
    expect(first.http).toMatchObject({ covered: false, nextAllowedAt: NOW + 30 * DAY });
    jest.setSystemTime(NOW + 30 * DAY - 1);
    const second = await ask("nws", {}, first.http);
    expect([second.paths, second.http]).toEqual([[], first.http]);
    jest.setSystemTime(NOW + 30 * DAY);
    expect((await ask("nws", { [POINTS]: broken(500) }, second.http)).paths).toEqual([POINTS]);
  });

  test.each<[string, PoliteAnswer, object]>([
    ["403", broken(403), { refused: true, retryAt: NOW + DAY }],
    ["500", broken(500), { refused: false, reason: "HTTP 500" }],
    ["429", later(NOW + HOUR), { refused: false, retryAt: NOW + HOUR }],
    ["304", notModified, { refused: false }],
    ["no JSON", body("<html>"), { reason: "200 but not JSON: <html>", rejected: "<html>" }],
    ["no cell", body("{}"), { reason: expect.stringMatching(/^properties: /) }],
    ["a cell that would be another path", body({ properties: { gridId: "../", gridX: 1, gridY: 1 } }), { reason: expect.stringMatching(/^properties\.gridId: /) }], // prettier-ignore
  ])("%s for a place is no answer", async (_name, answer, expected) => {
    const told = await ask("nws", { [POINTS]: answer });
    expect(told.answer).toMatchObject({ kind: "none", ...expected });
    expect(told.paths).toEqual([POINTS]);
    expect(told.http.grid).toBeUndefined();
  });

  test("a cell that is gone is looked up once more; when it is the same, that is a refusal", async () => {
    const known = { failures: 0, grid: cell(NOW - DAY), lastModified: "x", issuedAt: "2026-01-15T11:00:00Z" };
    const { answer, paths, http } = await ask("nws", { [GRID]: broken(404), [POINTS]: points }, known);
    expect(paths).toEqual([GRID, POINTS, GRID]);
    expect(answer).toMatchObject({ kind: "none", refused: true, reason: "HTTP 404" });
    expect(http).toMatchObject({ grid: cell(NOW), nextAllowedAt: NOW + DAY });
  });

  test("a grid that fails a second time is replaced by the periods, for as long as it fails", async () => {
    const first = await ask("nws", { [POINTS]: points, [GRID]: broken(503) });
    expect([first.paths, first.answer.kind]).toEqual([[POINTS, GRID], "none"]);
    const second = await ask("nws", { [GRID]: broken(503), [PERIODS]: periods() }, first.http);
    expect([second.paths, second.answer.kind]).toEqual([[GRID, PERIODS], "issue"]);
    expect(second.http).toMatchObject({ failures: 2, grid: cell(NOW) });
    expect(second.http.lastModified).toBeUndefined();
    jest.setSystemTime(NOW + 2 * HOUR);
    const third = await ask("nws", { [GRID]: broken(503), [PERIODS]: periods() }, second.http);
    expect([third.paths, third.answer.kind]).toEqual([[GRID, PERIODS], "issue"]);
    jest.setSystemTime(NOW + 4 * HOUR);
    const well = await ask("nws", { [GRID]: grid() }, third.http);
    expect([well.paths, well.http.failures]).toEqual([[GRID], 0]);
  });

  test.each<[string, PoliteAnswer, object]>([
    ["fail as well", broken(502), { reason: "HTTP 503", refused: false }],
    ["do not come in time", { kind: "broken", reason: "no time left" }, { reason: "HTTP 503" }],
    ["are refused", broken(403), { reason: "HTTP 403", refused: true, retryAt: NOW + DAY }],
    ["are for later", later(NOW + HOUR), { retryAt: NOW + HOUR }],
    ["have not changed since the grid", notModified, { reason: "304 where nothing was said to be known" }],
    ["are nulls", body(recorded("nws/pynws/gridpoints_forecast_empty_us.json")), { reason: "no usable period" }],
  ])("periods that %s are no answer", async (_name, answer, expected) => {
    const known = { failures: 1, grid: cell(NOW), lastModified: "x", issuedAt: "2026-01-15T11:00:00Z" };
    const told = await ask("nws", { [GRID]: broken(503), [PERIODS]: answer }, known);
    expect(told.answer).toMatchObject({ kind: "none", ...expected });
    expect(told.http).toMatchObject({ failures: 2, grid: cell(NOW) });
  });
});
