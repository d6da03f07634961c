import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { daysOf } from "./daily.ts";
import type { Step } from "./forecast.ts";
import { instant } from "./reading.ts";

const HOUR = 3_600_000;

const step = (start: string, hours: number, more: Partial<Step> = {}): Step => ({
  start,
  hours,
  temperature: 10,
  windSpeed: 3,
  windFrom: null,
  gust: null,
  pressure: null,
  humidity: null,
  cloud: null,
  precipitation: 0,
  precipitationChance: null,
  condition: "clear",
  severity: 0,
  isDay: true,
  code: null,
  ...more,
});

test("rain over midnight is split by time", () => {
  const rows = daysOf([step("2027-01-05T21:00:00Z", 6, { precipitation: 3 })], "Europe/Berlin");
  expect(rows.map(({ date, precipitation, hoursCovered }) => [date, precipitation, hoursCovered])).toEqual([
    ["2027-01-05", 1, 2],
    ["2027-01-06", 2, 4],
  ]);
});

test("a day has the extremes of the steps that begin in it", () => {
  const steps = [
    step("2027-01-05T22:00:00Z", 6, { temperature: 25, windSpeed: 9, gust: 14 }),
    step("2027-01-06T04:00:00Z", 6, { temperature: -3, windSpeed: 2 }),
    step("2027-01-06T10:00:00Z", 6, { temperature: 4, windSpeed: 5, gust: 8 }),
  ];
  expect(daysOf(steps, "UTC").map(({ hoursInDay: _whole, ...row }) => row)).toEqual([
    {
      date: "2027-01-05",
      tempMin: 25,
      tempMax: 25,
      precipitation: 0,
      windMax: 9,
      gustMax: 14,
      condition: "clear",
      hoursCovered: 2,
    },
    {
      date: "2027-01-06",
      tempMin: -3,
      tempMax: 4,
      precipitation: 0,
      windMax: 5,
      gustMax: 8,
      condition: "clear",
      hoursCovered: 16,
    },
  ]);
});

test("a day into which only the end of a step reaches has that step's values", () => {
  const rows = daysOf([step("2027-01-05T22:00:00Z", 6, { temperature: 7 })], "UTC");
  expect(rows[1]).toMatchObject({ date: "2027-01-06", tempMin: 7, tempMax: 7, hoursCovered: 4, hoursInDay: 24 });
});

test("what is unknown in all steps of a day is unknown, and no nought", () => {
  const nothing = { temperature: null, windSpeed: null, precipitation: null };
  expect(daysOf([step("2027-01-05T00:00:00Z", 1, nothing)], "UTC")[0]).toMatchObject({
    tempMin: null,
    tempMax: null,
    precipitation: null,
    windMax: null,
    gustMax: null,
  });
  const known = step("2027-01-05T01:00:00Z", 1, { precipitation: 0.4 });
  expect(daysOf([step("2027-01-05T00:00:00Z", 1, nothing), known], "UTC")[0]).toMatchObject({
    precipitation: 0.4,
    tempMin: 10,
  });
});

const sky = (condition: Step["condition"], severity: number, isDay: boolean | null): Partial<Step> => ({
  condition,
  severity,
  isDay,
});

test.each([
  ["the worst counts", [sky("rain", 1, true), sky("snow", 2, true), sky("clear", 0, true)], "snow"],
  ["a storm by night counts too", [sky("clear", 0, true), sky("thunderstorm", 3, false)], "thunderstorm"],
  ["of what is equally bad that by day counts", [sky("rain", 2, true), sky("snow", 2, false)], "rain"],
  ["without a time of day it counts as by day", [sky("clear", 0, true), sky("cloudy", 0, null)], "cloudy"],
  ["what is unknown is worse than nothing", [sky("unknown", 0, null), sky("clear", 0, false)], "clear"],
  ["nothing else is known", [sky("unknown", 0, null)], "unknown"],
])("of a day's conditions %s", (_rule, skies, condition) => {
  const steps = skies.map((more, hour) => step(`2027-01-05T0${hour}:00:00Z`, 1, more));
  expect(daysOf(steps, "UTC").map((row) => row.condition)).toEqual([condition]);
});

test("no steps, no days; days without steps have no row", () => {
  expect(daysOf([], "UTC")).toEqual([]);
  const rows = daysOf([step("2027-01-05T00:00:00Z", 1), step("2027-01-09T00:00:00Z", 1)], "UTC");
  expect(rows.map(({ date }) => date)).toEqual(["2027-01-05", "2027-01-09"]);
});

test("whatever falls, the days have all of it to a hundredth, and every hour", () => {
  const zone = fc.constantFrom(
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Europe/Oslo",
  );
  const spans = fc.array(
    fc.record({ hours: fc.constantFrom(1, 3, 6, 12, 0.5), rain: fc.integer({ min: 0, max: 3000 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(zone, fc.integer({ min: 420_000, max: 500_000 }), spans, (timeZone, firstHour, found) => {
      let start = firstHour * HOUR;
      const steps = found.map(({ hours, rain }) => {
        const made = step(instant(start), hours, { precipitation: rain / 100 });
        start += hours * HOUR;
        return made;
      });
      const rows = daysOf(steps, timeZone);
      const rain = rows.reduce((sum, { precipitation }) => sum + (precipitation ?? 0), 0);
      const hours = rows.reduce((sum, { hoursCovered }) => sum + hoursCovered, 0);
      expect(Math.abs(rain - found.reduce((sum, span) => sum + span.rain / 100, 0))).toBeLessThan(0.01);
      expect(hours).toBeCloseTo(
        found.reduce((sum, span) => sum + span.hours, 0),
        6,
      );
      expect(rows.every(({ hoursCovered, hoursInDay }) => hoursCovered <= hoursInDay)).toBe(true);
    }),
    { seed: 6, numRuns: 200 },
  );
});
