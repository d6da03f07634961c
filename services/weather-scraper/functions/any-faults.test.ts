// Faults that nobody thought of, drawn by lot: a delivery ends all the same, and what is served is a forecast or said to be old.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { ForecastView } from "../src/answer-schemas.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const FAULTY = ["a", "b", "c", "d", "e"] as const;
const ROUNDS = process.env["WARMSTART_FULL"] ? 100 : 2;
const latitude = (at: number): number => 51 + (at + 1) / 100;

let it: Weather;
beforeAll(async () => {
  const place = { name: "x", lon: -0.1, timeZone: "Europe/London", providers: ["met"] };
  const locations = [...FAULTY, "well"].map((id, at) => ({ ...place, id, lat: latitude(at) }));
  // At noon, so that no night comes between the rounds of an ordinary run.
  it = await openWeather({ locations });
});
afterAll(() => it.close());

const PATHS = ["type", "geometry", "properties", "properties.meta", "properties.meta.updated_at", "properties.timeseries", "properties.timeseries.0.time", "properties.timeseries.7", "properties.timeseries.*.data", "properties.timeseries.*.data.next_1_hours.details.precipitation_amount"]; // prettier-ignore

/** None that has the server left alone, for whoever is well shares it; none that takes real time. */
const effect = fc.oneof(
  fc.record({ kind: fc.constant("status"), status: fc.constantFrom(200, 203, 204, 302, 304, 400, 403, 404, 500, 503) }),
  fc.record({ kind: fc.constant("stale"), hours: fc.nat(60) }),
  fc.record({ kind: fc.constant("text"), text: fc.string({ unit: character }) }),
  fc.record({ kind: fc.constant("text"), text: fc.json() }),
  fc.record({
    kind: fc.constant("edited"),
    set: fc.dictionary(fc.constantFrom(...PATHS), fc.jsonValue(), { minKeys: 1 }),
  }),
  fc.constantFrom({ kind: "truncated" }, { kind: "reset" }, { kind: "document", file: "nws/pynws/points.json" }),
  fc.record({ kind: fc.constant("large"), megabytes: fc.constantFrom(1, 5, 20), gzip: fc.constant(true) }),
);
const fault = fc.record({ effect, times: fc.constantFrom(1, 2, 3, 100), after: fc.nat(2) });

const forecast = async (id: string): Promise<ForecastView | undefined> => {
  const { status, json } = await it.get(`/locations/${id}/forecast?detail=hours`); // checked against openapi.json
  return status === 200 ? (json as ForecastView) : undefined;
};

const drawn = fc.sample(fc.array(fault, { minLength: FAULTY.length, maxLength: FAULTY.length }), {
  seed: 6,
  numRuns: ROUNDS,
});

test.each(drawn.map((faults, round) => ({ round, faults })))("round $round", async ({ round, faults }) => {
  it.providers.script(faults.map((each, at) => ({ ...each, path: `/met/*lat=${latitude(at)}&*` })) as never); // strict when it is loaded
  const ids = [...FAULTY, "well"];
  const runId = `2026-01-${10 + (round % 20)}`;
  const failed = await it.deliver(ids.map((locationId) => ({ runId, locationId })));
  // Had the function failed, all of its messages would have.
  expect(failed).not.toContain(FAULTY.length);
  for (const [at, id] of ids.entries()) {
    const shown = await forecast(id);
    expect([id, shown?.stale ?? true]).toEqual([id, failed.includes(at)]);
    expect(shown?.hours?.length ?? 1).toBeGreaterThan(0);
    expect(shown?.days.length ?? 1).toBeGreaterThan(0);
  }
  await it.cloud.clock.advance(`${1 + (round % 3)}h`);
});
