import { expect, test } from "@jest/globals";
import { recorded } from "../local/recorded.ts";
import { daysOf } from "./daily.ts";
import { Broken } from "./forecast.ts";
import { metPath, readMet } from "./met.ts";

const NEW_YORK = "metno/lat40.7lon-74.0altitude10_compact.json";
const BEIJING = "metno/lat39.9lon116.4altitudeNone_compact.json";
const LONDON = "metno/lat51.5lon-0.1altitude25_complete.json";

interface Details {
  [name: string]: number | null;
}
interface Block {
  summary: { symbol_code: string };
  details: Details;
}
interface Entry {
  time: string;
  data: { instant: { details: Details }; next_1_hours?: Block; next_6_hours?: Block };
}
interface Body {
  properties: { meta: { updated_at: string }; timeseries: Entry[] };
}

/** A copy of a recorded body, to be changed. */
const copyOf = (file: string): Body => structuredClone(recorded(file)) as Body; // recorded from MET Norway

const sum = (values: readonly { readonly precipitation: number | null }[]): number =>
  values.reduce((total, { precipitation }) => total + (precipitation ?? 0), 0);

test.each([
  [NEW_YORK, "America/New_York", 9.2],
  [BEIJING, "Asia/Shanghai", 0.4],
  [LONDON, "Europe/London", 2.5],
  [NEW_YORK, "Asia/Kathmandu", 9.2],
  [NEW_YORK, "Australia/Lord_Howe", 9.2],
])("the rain of %s in %s is %d mm, by steps and by days", (file, zone, total) => {
  const { steps } = readMet(recorded(file));
  expect(sum(steps)).toBeCloseTo(total, 6);
  expect(sum(daysOf(steps, zone))).toBeCloseTo(total, 6);
});

test("steps follow each other: 55 of an hour, then 26 of six, and none for the last instant", () => {
  const { steps, issuedAt, unknownCodes, outOfRange } = readMet(recorded(NEW_YORK));
  expect(steps.map(({ hours }) => hours)).toEqual([...Array(55).fill(1), ...Array(26).fill(6)]);
  const ends = steps.map(({ start, hours }) => Date.parse(start) + hours * 3_600_000);
  expect(steps.slice(1).map(({ start }) => Date.parse(start))).toEqual(ends.slice(0, -1));
  expect(steps.at(-1)?.start).toBe("2020-07-29T00:00:00Z");
  expect({ issuedAt, unknownCodes, outOfRange }).toEqual({
    issuedAt: "2020-07-20T01:30:57Z",
    unknownCodes: [],
    outOfRange: 0,
  });
});

test("a step has what holds at its start and what falls until the next", () => {
  expect(readMet(recorded(NEW_YORK)).steps[56]).toEqual({
    start: "2020-07-23T00:00:00Z",
    hours: 6,
    temperature: 26.7,
    windSpeed: 3.3,
    windFrom: 141.8,
    gust: null,
    pressure: 1014.7,
    humidity: 88.1,
    cloud: 90.6,
    precipitation: 3,
    precipitationChance: null,
    condition: "rain",
    severity: 2,
    isDay: false,
    code: "rainshowers_night",
  });
});

test("gusts and the chance of rain are read where the complete product has them", () => {
  const body = copyOf(LONDON);
  const [{ data }] = body.properties.timeseries as [Entry]; // 82 entries are recorded
  data.instant.details["wind_speed_of_gust"] = 9.4;
  if (data.next_1_hours !== undefined) data.next_1_hours.details["probability_of_precipitation"] = 35.7;
  expect(readMet(body).steps[0]).toMatchObject({ gust: 9.4, precipitationChance: 35.7 });
});

test("a six-hour block is jumped over as a whole, also when hours stand within it", () => {
  const body = copyOf(NEW_YORK);
  delete body.properties.timeseries[2]?.data.next_1_hours;
  expect(
    readMet(body)
      .steps.slice(1, 4)
      .map(({ start, hours }) => [start, hours]),
  ).toEqual([
    ["2020-07-20T12:00:00Z", 1],
    ["2020-07-20T13:00:00Z", 6],
    ["2020-07-20T19:00:00Z", 1],
  ]);
});

test("what weather cannot be is null and counted, until it is too much", () => {
  const body = copyOf(NEW_YORK);
  const details = body.properties.timeseries.map(({ data }) => data.instant.details);
  Object.assign(details[0] ?? {}, { relative_humidity: 140, air_temperature: 400 });
  Object.assign(details[1] ?? {}, { wind_speed: Number.POSITIVE_INFINITY });
  const { steps, outOfRange } = readMet(body);
  expect(outOfRange).toBe(3);
  expect(steps[0]).toMatchObject({ humidity: null, temperature: null, cloud: 69.5 });
  expect(steps[1]?.windSpeed).toBeNull();
  for (const each of details.slice(0, 9)) each["relative_humidity"] = 140;
  expect(() => readMet(body)).toThrow(new Broken("over 10 % of steps have values out of range"));
});

test("a code that no table has is unknown and told once", () => {
  const body = copyOf(NEW_YORK);
  for (const { data } of body.properties.timeseries.slice(0, 3))
    if (data.next_1_hours !== undefined) data.next_1_hours.summary.symbol_code = "frogs_day";
  const { steps, unknownCodes } = readMet(body);
  expect(steps[1]).toMatchObject({ condition: "unknown", severity: 0, code: "frogs_day" });
  expect(unknownCodes).toEqual(["frogs_day"]);
});

test.each([
  [
    "a time that is none",
    (body: Body) => Object.assign(body.properties.timeseries[3] ?? {}, { time: "soon" }),
    "properties.timeseries[3].time: is no time",
  ],
  [
    "a time that no calendar has",
    (body: Body) => Object.assign(body.properties.meta, { updated_at: "9999-12-31T23:59:59-12:00" }),
    "properties.meta.updated_at: is no time",
  ],
  [
    "a text for a number",
    (body: Body) => Object.assign(body.properties.timeseries[3]?.data.instant.details ?? {}, { air_temperature: "12" }),
    'properties.timeseries[3].data.instant.details.air_temperature: Invalid type: Expected number but received "12"',
  ],
  [
    "no issue time",
    (body: Body) => Object.assign(body.properties, { meta: {} }),
    'properties.meta.updated_at: Invalid key: Expected "updated_at" but received undefined',
  ],
  ["no entries", (body: Body) => Object.assign(body.properties, { timeseries: [] }), "no usable period"],
  ["instants only", (body: Body) => body.properties.timeseries.splice(0, 81), "no usable period"],
])("a body with %s is broken", (_what, change, reason) => {
  const body = copyOf(NEW_YORK);
  change(body);
  expect(() => readMet(body)).toThrow(new Broken(reason));
});

test.each([
  [{ lat: 51.5, lon: -0.1, altitude: 25 }, "lat=51.5&lon=-0.1&altitude=25"],
  [{ lat: 59.913_868_8, lon: 10.752_245_4 }, "lat=59.9138&lon=10.7522"],
  [{ lat: -33.000_09, lon: -0.000_01 }, "lat=-33&lon=0"],
  [{ lat: 0.0003, lon: 1e-7 }, "lat=0.0003&lon=0"],
  [{ lat: 90, lon: -180, altitude: 0 }, "lat=90&lon=-180&altitude=0"],
])("the path for %j has four decimals at most, cut and not rounded", (location, query) => {
  expect(metPath(location)).toBe(`/weatherapi/locationforecast/2.0/compact?${query}`);
});
