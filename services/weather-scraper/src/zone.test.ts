// Clocks everywhere: zones that Node.js knows, each day of 2027; in full runs all of them, over ten years. Zones whose clocks
// agree all year are one clock; full runs ask each by its own name.
import { describe, expect, test } from "@jest/globals";
import { daysOf } from "./daily.ts";
import type { Step } from "./forecast.ts";
import { instant } from "./reading.ts";
import { dayBounds, instantOf, localDate } from "./zone.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONES = Intl.supportedValuesOf("timeZone");
const inFullRuns = process.env["WARMSTART_FULL"] ? describe : describe.skip;

/** Offsets from UTC at the end of each day on which they change, and at each of its hours. */
const clockOf = (zone: string): string => {
  const format = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const offsetAt = (ms: number): number => Date.parse(`${format.format(ms).replace(" ", "T")}Z`) - ms;
  const changes: unknown[] = [];
  let last = Number.NaN;
  for (let end = Date.UTC(2026, 11, 30); end < Date.UTC(2028, 0, 3); end += DAY) {
    const offset = offsetAt(end);
    if (offset !== last) changes.push(end, ...Array.from({ length: 25 }, (_, hours) => offsetAt(end - hours * HOUR)));
    last = offset;
  }
  return changes.join();
};

interface Found {
  readonly zone: string;
  readonly date: string;
  readonly start: number;
  readonly end: number;
  readonly night: number | undefined;
}

/** One after the other, by the calendar of UTC. */
const daysIn = (zone: string, years: number): readonly Found[] => {
  const days: Found[] = [];
  for (let utc = Date.UTC(2027, 0); utc < Date.UTC(2027 + years, 0); utc += DAY) {
    const date = new Date(utc).toISOString().slice(0, 10);
    const night = instantOf(date, "02:07", zone) ?? instantOf(date, "03:37", zone);
    days.push({ zone, date, ...dayBounds(date, zone), night });
  }
  return days;
};

const hoursOf = ({ start, end }: Found): number => (end - start) / HOUR;

/** What is wrong with a day, seen by its neighbour and the clock. */
const isWrong = (day: Found, at: number, days: readonly Found[]): boolean =>
  (at > 0 && days[at - 1]?.end !== day.start) ||
  localDate(day.start, day.zone) !== day.date ||
  localDate(day.end - 1, day.zone) !== day.date ||
  day.night === undefined ||
  day.night < day.start ||
  day.night >= day.end;

const LENGTHS = new Set([23, 24, 25]);

const stepsFrom = (start: number, end: number, hours: number): readonly Step[] =>
  Array.from({ length: Math.ceil((end - start) / HOUR / hours) }, (_, at) => ({
    start: instant(start + at * hours * HOUR),
    hours,
    temperature: at,
    windSpeed: null,
    windFrom: null,
    gust: null,
    pressure: null,
    humidity: null,
    cloud: null,
    precipitation: 1.5 * hours,
    precipitationChance: null,
    condition: "rain",
    severity: 2,
    isDay: null,
    code: null,
  }));

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Steps over the days, by rows: every hour once, each day whole, all rain, each beginning in its own day. */
const expectEachStepOnce = (days: readonly Found[], hours: number): void => {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) throw new Error("no days");
  const steps = stepsFrom(Math.ceil(first.start / HOUR) * HOUR, Math.floor(last.end / HOUR) * HOUR, hours);
  const rows = daysOf(steps, first.zone);
  const total = sum(steps.map((step) => step.hours));
  expect(sum(rows.map(({ hoursCovered }) => hoursCovered))).toBeCloseTo(total, 6);
  expect(sum(rows.map(({ precipitation }) => precipitation))).toBeCloseTo(total * 1.5, 6);
  const inner = rows.slice(1, -1);
  expect(inner.map(({ date, hoursCovered }) => [date, hoursCovered])).toEqual(
    inner.map(({ date, hoursInDay }) => [date, hoursInDay]),
  );
  if (hours > 1) return;
  const begun = rows.map(({ tempMin, tempMax }) => (tempMax ?? Number.NaN) - (tempMin ?? Number.NaN) + 1);
  expect(sum(begun)).toBe(steps.length);
};

const expectDays = (zones: readonly string[], years: number): void => {
  const unusual = new Map<string, Set<number>>();
  const seen = new Set<string>();
  for (const zone of zones) {
    const days = daysIn(zone, years);
    expect(days.filter(isWrong)).toEqual([]);
    const changes = days.flatMap((day, at) => (hoursOf(day) === 24 ? [] : [at]));
    for (const at of changes.length > 0 ? changes : [180]) {
      const near = days.slice(Math.max(0, at - 2), at + 3);
      // Zones that begin and end these days at the same instants differ in name only.
      const instants = near.map(({ start, end }) => `${start}-${end}`).join();
      if (seen.has(instants)) continue;
      seen.add(instants);
      for (const hours of [1, 6]) expectEachStepOnce(near, hours);
    }
    for (const day of days)
      if (!LENGTHS.has(hoursOf(day))) unusual.set(zone, (unusual.get(zone) ?? new Set()).add(hoursOf(day)));
  }
  expect(Object.fromEntries(unusual)).toEqual({
    "Antarctica/Troll": new Set([22, 26]),
    "Australia/Lord_Howe": new Set([24.5, 23.5]),
  });
};

/** Half hours, quarters, and changes at other times than elsewhere. */
const ODD = ["Australia/Lord_Howe", "Antarctica/Troll", "Asia/Beirut", "America/St_Johns", "Pacific/Chatham", "Asia/Kathmandu", "America/Nuuk"]; // prettier-ignore
const SOME = process.env["WARMSTART_FULL"] ? ZONES : [...ODD, ...ZONES.filter((_zone, at) => at % 4 === 0)];

test("in 2027 a zone has each day once, with a 02:07 or a 03:37, and no step is lost or counted twice", () => {
  expect(ZONES.length).toBeGreaterThan(400);
  expectDays(
    [...Map.groupBy(SOME, clockOf).values()].flatMap(([zone]) => zone ?? []),
    1,
  );
});

inFullRuns("over ten years", () => {
  test("every zone has each day once, with a 02:07 or a 03:37, and no step is lost or counted twice", () => {
    expectDays(ZONES, 10);
  }, 300_000);
});

test.each([
  ["America/New_York", "2027-03-14", "02:07", undefined],
  ["America/New_York", "2027-11-07", "01:30", "2027-11-07T05:30:00Z"],
  ["Australia/Lord_Howe", "2027-10-03", "02:07", undefined],
  ["Antarctica/Troll", "2027-03-28", "02:07", undefined],
  ["Asia/Kathmandu", "2027-06-01", "02:07", "2027-05-31T20:22:00Z"],
])("clocks in %s show on %s %s: once, the first of two, or never", (zone, date, time, at) => {
  const found = instantOf(date, time, zone);
  expect(found === undefined ? undefined : instant(found)).toBe(at);
});

test("a day begins when clocks jump over midnight", () => {
  // Clocks in Lebanon went from 00:00 to 01:00; in Samoa over the whole of 30 December 2011.
  const { start, end } = dayBounds("2026-03-29", "Asia/Beirut");
  expect([instant(start), (end - start) / HOUR]).toEqual(["2026-03-28T22:00:00Z", 23]);
  expect(dayBounds("2011-12-30", "Pacific/Apia")).toEqual({ start: 1_325_239_200_000, end: 1_325_239_200_000 });
  expect(localDate(1_325_239_200_000, "Pacific/Apia")).toBe("2011-12-31");
});

test("a date that clocks show again after midnight belongs to its first showing", () => {
  // At 00:01 on 7 November 2010 clocks in St. John's went back to 23:01.
  const steps = stepsFrom(Date.UTC(2010, 10, 6, 20), Date.UTC(2010, 10, 8, 10), 1);
  const rows = daysOf(steps, "America/St_Johns");
  expect(rows.map(({ date }) => date)).toEqual(["2010-11-06", "2010-11-07", "2010-11-08"]);
  const late = stepsFrom(Date.UTC(2010, 10, 7, 3), Date.UTC(2010, 10, 7, 5), 1);
  expect(daysOf(late, "America/St_Johns").map(({ date, hoursCovered }) => [date, hoursCovered])).toEqual([
    ["2010-11-07", 2],
  ]);
  expect(sum(rows.map(({ precipitation }) => precipitation))).toBeCloseTo(
    sum(steps.map((step) => step.precipitation)),
    6,
  );
});
