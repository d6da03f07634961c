import { expect, test } from "@jest/globals";
import { openMeteo } from "../local/open-meteo-provider.ts";
import { recorded } from "../local/recorded.ts";
import { daysOf } from "./daily.ts";
import { Broken } from "./forecast.ts";
import { openMeteoPath, readOpenMeteo } from "./open-meteo.ts";

const BERLIN = { lat: 52.52, lon: 13.41 };

interface Body {
  utc_offset_seconds: number;
  hourly_units: Record<string, string>;
  hourly: Record<string, (number | null)[]>;
}

/** What the local provider answers to our own path; synthetic, but for the codes. */
const answer = (): Body => {
  const { pathname, searchParams } = new URL(openMeteoPath(BERLIN), "http://localhost");
  const at = Date.UTC(2027, 0, 5, 3, 20);
  const { body } = openMeteo({ path: pathname, query: searchParams, userAgent: "test", now: at, issuedBy: at });
  return JSON.parse(body) as Body; // Open-Meteo's format
};

const column = (body: Body, name: string): (number | null)[] => body.hourly[name] ?? [];

test("hours are asked for, in GMT, by unix time, in m/s, ten days of any zone", () => {
  expect(openMeteoPath({ lat: 52.520_001, lon: 13.41 })).toBe(
    "/v1/forecast?latitude=52.52&longitude=13.41&hourly=temperature_2m,relative_humidity_2m,pressure_msl,cloud_cover," +
      "wind_speed_10m,wind_direction_10m,wind_gusts_10m,precipitation,precipitation_probability,weather_code,is_day" +
      "&timezone=GMT&timeformat=unixtime&wind_speed_unit=ms&forecast_days=11",
  );
});

test("an hour has the values of its start; rain, its chance and gusts are told at its end", () => {
  const body = answer();
  const { steps, issuedAt, unknownCodes, outOfRange } = readOpenMeteo(body);
  expect({ issuedAt, unknownCodes, outOfRange }).toEqual({ issuedAt: undefined, unknownCodes: [], outOfRange: 0 });
  // The rain after the last hour is not told.
  expect(steps).toHaveLength(11 * 24 - 1);
  expect(steps.map(({ precipitation }) => precipitation)).toEqual(column(body, "precipitation").slice(1));
  expect(steps.map(({ precipitationChance }) => precipitationChance)).toEqual(
    column(body, "precipitation_probability").slice(1),
  );
  expect(steps.map(({ gust }) => gust)).toEqual(column(body, "wind_gusts_10m").slice(1));
  expect(steps.map(({ temperature }) => temperature)).toEqual(column(body, "temperature_2m").slice(0, -1));
  expect(steps.map(({ windSpeed }) => windSpeed)).toEqual(column(body, "wind_speed_10m").slice(0, -1));
  expect(steps.map(({ code }) => Number(code))).toEqual(column(body, "weather_code").slice(0, -1));
  expect(steps.slice(5, 7).map(({ start, hours, isDay }) => [start, hours, isDay])).toEqual([
    ["2027-01-05T05:00:00Z", 1, false],
    ["2027-01-05T06:00:00Z", 1, true],
  ]);
});

test("hours that no model reaches are null, a column too short ends early, and a gap stays one", () => {
  const body = answer();
  column(body, "temperature_2m").fill(null, 100);
  column(body, "wind_gusts_10m").length = 50;
  column(body, "time").splice(10, 1);
  const { steps } = readOpenMeteo(body);
  expect(steps[200]?.temperature).toBeNull();
  expect(steps[60]?.gust).toBeNull();
  expect(steps.slice(8, 10).map(({ start }) => start)).toEqual(["2027-01-05T08:00:00Z", "2027-01-05T11:00:00Z"]);
});

test("hours of which nothing is known are no part of the forecast", () => {
  const body = answer();
  for (const name of Object.keys(body.hourly)) if (name !== "time") column(body, name).fill(null, 100);
  const { steps } = readOpenMeteo(body);
  expect(steps.at(-1)?.start).toBe("2027-01-09T03:00:00Z");
  expect(daysOf(steps, "UTC").at(-1)).toMatchObject({ date: "2027-01-09", hoursCovered: 4, hoursInDay: 24 });
});

test("the recorded body, without temperatures, is refused with a reason", () => {
  expect(() => readOpenMeteo(recorded("openmeteo/general.yml"))).toThrow(
    new Broken('hourly.temperature_2m: Invalid key: Expected "temperature_2m" but received undefined'),
  );
});

test.each([
  ["local times", (body: Body) => (body.utc_offset_seconds = 3600), "utc_offset_seconds: "],
  ["times as texts", (body: Body) => (body.hourly_units["time"] = "iso8601"), "hourly_units.time: "],
  ["winds in km/h", (body: Body) => (body.hourly_units["wind_speed_10m"] = "km/h"), "hourly_units.wind_speed_10m: "],
  ["Fahrenheit", (body: Body) => (body.hourly_units["temperature_2m"] = "°F"), "hourly_units.temperature_2m: "],
  ["the old names", (body: Body) => delete body.hourly["weather_code"], "hourly.weather_code: "],
  ["no hours", (body: Body) => (body.hourly["time"] = []), "no usable period"],
])("a body with %s is refused", (_what, change, reason) => {
  const body = answer();
  change(body);
  expect(() => readOpenMeteo(body)).toThrow(Broken);
  expect(() => readOpenMeteo(body)).toThrow(reason);
});
