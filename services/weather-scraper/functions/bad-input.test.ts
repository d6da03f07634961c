// What providers may send and what becomes of it: nothing but the reason, and what was known stays.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Effect } from "../local/faults.ts";
import { observe, type Observed, stepsOf, valueOf } from "../test/observe.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";
import type { Table } from "../test/read-table.ts";

interface Bad {
  readonly effect: Effect;
  readonly reason: string | RegExp;
  /** Default MET. */
  readonly from?: "met" | "nws";
  /** How many requests it takes; more than one where it may pass. */
  readonly tries?: number;
  /** Nothing came that could be kept. */
  readonly kept?: false;
}

const HOSTILE = `\u0000\u001B[31mred\u202Eder\uD83D ${"ä".repeat(64)}😀`;
const edited = (path: string, to: unknown): Effect => ({ kind: "edited", set: { [`properties.${path}`]: to } });
const status = (code: number, title?: string): Effect => ({ kind: "status", status: code, ...(title !== undefined && { title }) }); // prettier-ignore

const BAD: Readonly<Record<string, Bad>> = {
  "a text with the type of JSON": {
    effect: { kind: "text", text: "Unknown location; please try ~51.5,-0.1" },
    reason: "200 but not JSON: Unknown location; please try ~51.5,-0.1",
  },
  "a page": {
    effect: { kind: "text", text: `<!doctype html>\n${"<p>".repeat(1000)}`, contentType: "text/html" },
    reason: `200 but not JSON: ${`<!doctype html> ${"<p>".repeat(1000)}`.slice(0, 80)}`,
  },
  "a text that no terminal should see": {
    effect: { kind: "text", text: HOSTILE },
    reason: /^200 but not JSON: \[31mred der\uFFFD ä{64}$/,
  },
  "nothing at all": { effect: { kind: "text", text: "" }, reason: "200 but not JSON:" },
  "JSON that is no forecast": { effect: { kind: "text", text: "null" }, reason: /^body: / },
  "another document": {
    effect: { kind: "document", file: "nws/pynws/alerts_active_zone.json" },
    reason: /^properties: Invalid/,
  },
  "a value of another type": {
    effect: edited("timeseries.3.time", 12),
    reason: /^properties\.timeseries\[3\]\.time: Invalid type/,
  },
  "a time that there is not": {
    effect: edited("timeseries.3.time", "2026-13-45T00:00:00Z"),
    reason: "properties.timeseries[3].time: is no time",
  },
  "no step": { effect: edited("timeseries", []), reason: "no usable period" },
  "steps without a temperature": {
    effect: edited("timeseries.*.data.instant.details.air_temperature", null),
    reason: "no usable period",
  },
  "periods of nulls only": {
    from: "nws",
    effect: { kind: "document", file: "nws/pynws/gridpoints_forecast_empty_us.json" },
    reason: "no usable period",
  },
  "a forecast of days ago": { effect: { kind: "stale", hours: 88 }, reason: /^issued (8[89]|9[0-4]) h ago$/ },
  "a forecast of next year": {
    effect: edited("meta.updated_at", "2027-01-15T12:00:00Z"),
    reason: "issued in 8758 h from now",
  },
  "days of another year": {
    effect: edited("timeseries.80.time", "2199-01-01T00:00:00Z"),
    reason: "it is for 2026-01-15T13:00:00Z to 2199-01-01T00:00:00Z",
  },
  "a grid that has expired": {
    from: "nws",
    effect: status(503, "Forecast Grid Expired"),
    reason: "HTTP 503: Forecast Grid Expired",
    tries: 3,
    kept: false,
  },
  "too many values that weather cannot have": {
    effect: edited("timeseries.*.data.instant.details.relative_humidity", 140),
    reason: "over 10 % of steps have values out of range",
  },
  "a body over 4 MB": {
    effect: { kind: "large", megabytes: 5, gzip: false },
    reason: "the body is over 4 MB",
    kept: false,
  },
  "a bomb of gzip": {
    effect: { kind: "large", megabytes: process.env["WARMSTART_FULL"] === "1" ? 500 : 100, gzip: true },
    reason: "the body is over 4 MB",
    kept: false,
  },
  "half a body": {
    effect: { kind: "truncated" },
    reason: /UND_ERR_SOCKET|terminated|ECONNRESET/,
    tries: 3,
    kept: false,
  },
  "a connection that is reset": {
    effect: { kind: "reset" },
    reason: /UND_ERR_SOCKET|ECONNRESET/,
    tries: 3,
    kept: false,
  },
  "a redirect to nowhere": { effect: status(302), reason: "HTTP 302", kept: false },
};
const NAMES = Object.keys(BAD);

const RUN = "2026-01-16";
/** Each row has a place of its own which asks that provider alone, and one which has another to ask. */
const alone = (name: string): string => `alone-${NAMES.indexOf(name)}`;
const both = (name: string): string => `both-${NAMES.indexOf(name)}`;
const latitude = (name: string): number => (5101 + NAMES.indexOf(name)) / 100;
const place = (id: string, at: object, providers: readonly string[]) => ({
  id,
  name: id,
  lon: -0.1,
  timeZone: "Europe/London",
  providers,
  ...at,
});
const placesOf = ([name, { from = "met" }]: [string, Bad]) => {
  const at = from === "nws" ? { lat: 30, lon: -85 } : { lat: latitude(name) };
  return [place(alone(name), at, [from]), place(both(name), at, [from, "open-meteo"])];
};
/** MET knows whom a request is for; NWS has one grid. */
const faultOf = ([name, { from = "met", effect }]: [string, Bad]) => ({
  path: from === "met" ? `/met/*lat=${latitude(name)}&*` : "/nws/gridpoints/*",
  effect,
});

const isNws = ([, { from }]: [string, Bad]): boolean => from === "nws";

let it: Weather;
const observed = new Map<string, Observed<readonly number[]>>();

const deliver = (ids: readonly string[]) =>
  observe(it, () => it.deliver(ids.map((locationId) => ({ runId: RUN, locationId }))));

const strike = async (...rows: readonly [string, Bad][]): Promise<void> => {
  it.providers.script(rows.map(faultOf));
  const told = await deliver(rows.flatMap(([name]) => [alone(name), both(name)]));
  for (const [name] of rows) observed.set(name, told);
};

beforeAll(async () => {
  const good = ["unknown-code", "one-value"].map((id, at) => place(id, { lat: 60 + at }, ["met"]));
  const locations = [...Object.entries(BAD).flatMap(placesOf), ...good];
  const config = { openMeteo: { licence: "non-commercial" } };
  it = await openWeather({ locations, config });
  const known = locations.filter(({ id }) => !id.startsWith("both"));
  await it.deliver(known.map(({ id }) => ({ runId: "2026-01-15", locationId: id })));
  await it.cloud.clock.advance("2h"); // the next issue is there
  await strike(...Object.entries(BAD).filter((row) => !isNws(row)));
  for (const row of Object.entries(BAD).filter(isNws)) await strike(row);
});
afterAll(() => it.close());

const observedOf = (name: string): Observed<readonly number[]> => {
  const found = observed.get(name);
  if (found === undefined) throw new Error(`${name} was not delivered`);
  return found;
};

const without = (table: Table, key: string, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(table[key] ?? {}).filter(([name]) => !names.includes(name)));

describe.each(Object.entries(BAD))(
  "%s is no forecast",
  (name, { effect, reason, from = "met", tries = 1, kept = true }) => {
    const http = `LOC#${alone(name)} HTTP#${from}`;
    const latest = `LOC#${alone(name)} LATEST`;
    const ran = `RUN#${RUN} LOC#${alone(name)}`;

    test("who has nobody else to ask keeps what was known, marked with the reason", () => {
      const { changed, before, after, asked } = observedOf(name);
      expect(changed.filter((key) => key.includes(`#${alone(name)} `) || key.endsWith(`#${alone(name)}`))).toEqual([http, latest, ran]); // prettier-ignore
      const told = String(valueOf(after[ran], "reason"));
      expect(valueOf(after[ran], "outcome")).toBe("failed");
      expect(told.startsWith(`${from}: `)).toBe(true);
      expect(told.slice(from.length + 2)).toMatch(reason);
      expect(told).not.toMatch(/\p{C}/u);
      expect(without(after, latest, "stale", "staleReason")).toEqual(without(before, latest, "stale"));
      expect([valueOf(after[latest], "stale"), valueOf(after[latest], "staleReason")]).toEqual([true, told]);
      expect(valueOf(after[http], "failures")).toBe("1");
      const request = from === "met" ? `lat=${latitude(name)}&` : "/nws/gridpoints/";
      expect(asked.filter((each) => each.includes(request))).toHaveLength(2 * tries);
    });

    test("who has asks the next, and has its forecast alone", () => {
      const { changed, after } = observedOf(name);
      const result = after[`RUN#${RUN} LOC#${both(name)}`];
      expect(["outcome", "provider", "fallback"].map((each) => valueOf(result, each))).toEqual([
        "ok",
        "open-meteo",
        true,
      ]);
      expect(valueOf(after[`LOC#${both(name)} LATEST`], "provider")).toBe("open-meteo");
      const issues = changed.filter((key) => key.startsWith(`LOC#${both(name)} FC#`));
      expect(issues).toEqual([`LOC#${both(name)} FC#open-meteo#2026-01-15T14:00:00Z`]);
    });

    test("what came of the body is kept aside", () => {
      const rejected = Object.entries(observedOf(name).objects).filter(([key]) => key.startsWith(`rejected/${from}/${alone(name)}/`)); // prettier-ignore
      const text = effect.kind === "text" ? effect.text.toWellFormed() : rejected[0]?.[1];
      expect(rejected.map(([, body]) => body)).toEqual(kept ? [text] : []);
    });
  },
);

test("places that failed fail alone in their batch, each failure and each fallback is counted", () => {
  const batches = [...new Set(observed.values())];
  expect(batches).toHaveLength(3);
  for (const { result, metric } of batches) {
    const rows = result.length;
    expect(result).toEqual(Array.from({ length: rows }, (_, at) => 2 * at));
    expect(metric("fallback_used")).toHaveLength(rows);
    expect(metric("fetch_error")).toHaveLength(2 * rows);
    expect(metric("provider_refused")).toEqual([]);
  }
});

describe("what is a forecast all the same", () => {
  test("a condition that no table knows is unknown; its code is kept and counted", async () => {
    const code = "timeseries.*.data.next_1_hours.summary.symbol_code";
    it.providers.script([{ path: "/met/*", effect: edited(code, "plague_of_frogs") }]);
    const { result, changed, after, metric, logged } = await deliver(["unknown-code"]);
    expect(result).toEqual([]);
    expect(valueOf(after[`RUN#${RUN} LOC#unknown-code`], "outcome")).toBe("ok");
    const issue = changed.find((key) => key.includes(" FC#")) ?? "";
    expect(stepsOf(after[issue])[0]).toMatchObject({ condition: "unknown", code: "plague_of_frogs" });
    expect(metric("unknown_code")).toEqual([1]);
    expect(logged).toContainEqual(expect.objectContaining({ level: "WARN", codes: ["plague_of_frogs"] }));
  });

  test("a value that no weather can have is null, and counted", async () => {
    const set = { "properties.timeseries.0.data.instant.details.relative_humidity": 140, "properties.timeseries.1.data.instant.details.air_temperature": 400 }; // prettier-ignore
    it.providers.script([{ path: "/met/*", effect: { kind: "edited", set } }]);
    const { changed, after, metric } = await deliver(["one-value"]);
    const issue = changed.find((key) => key.includes(" FC#")) ?? "";
    const [first, second] = stepsOf(after[issue]);
    expect([first?.["humidity"], second?.["temperature"]]).toEqual([null, null]);
    expect(metric("out_of_range")).toEqual([2]);
  });
});

describe("what is no task for a place", () => {
  test("a place that was taken out while its message waited is skipped, and nothing is asked", async () => {
    const { result, changed, after, asked } = await deliver(["atlantis"]);
    expect([result, asked, changed]).toEqual([[], [], [`RUN#${RUN} LOC#atlantis`]]);
    expect(valueOf(after[changed[0] ?? ""], "outcome")).toBe("skipped");
    expect(valueOf(after[changed[0] ?? ""], "reason")).toBe("no longer in locations.json");
  });

  test("a message that is none fails alone", async () => {
    it.providers.script([]);
    const bad = ["{", { runId: "tonight", locationId: "one-value" }, { runId: RUN }, null, { runId: RUN, locationId: "../x" }]; // prettier-ignore
    const { result, changed } = await observe(it, () =>
      it.deliver([...bad, { runId: "2026-01-17", locationId: "one-value" }]),
    );
    expect(result).toEqual([0, 1, 2, 3, 4]);
    expect(changed).toEqual(["RUN#2026-01-17 LOC#one-value"]);
  });
});
