// What the readers have in common: a body is checked, its times are read, and of its values only those are kept that
// weather can have.
import * as v from "valibot";
import type { Sky } from "./conditions.ts";
import { Broken, type Reading, type Step } from "./forecast.ts";

export const HOUR_MS = 3_600_000;
export const YEAR_2200 = 7_258_118_400_000;

const REASON_LENGTH = 200;
/** Longer is no step of a forecast; NWS's periods are 12 h, a day at most. */
const LONGEST_HOURS = 24;
const MOST_IMPOSSIBLE = 0.1;
/** Hours of twenty days; nobody forecasts in more. Finer ones take minutes to gather, and more than an item holds. */
const MOST_STEPS = 480;

/** World records, and some room. */
const RANGES = {
  temperature: [-100, 70],
  windSpeed: [0, 150],
  windFrom: [0, 360],
  gust: [0, 200],
  pressure: [800, 1100],
  // Fog is air with more than it can hold.
  humidity: [0, 105],
  cloud: [0, 100],
  precipitation: [0, 2000],
  precipitationChance: [0, 100],
} as const;
type Measured = keyof typeof RANGES;
const MEASURED = Object.keys(RANGES) as Measured[]; // it has no others

/** A step as a provider has it; `start` in ms since 1970. */
export type RawStep = { readonly start: number; readonly hours: number; readonly sky: Sky } & {
  readonly [key in Measured]?: number | null | undefined;
};

/** ISO 8601, of a year in which there can be forecasts; ms since 1970. */
export const Time = v.pipe(
  v.string(),
  v.isoTimestamp("is no time"),
  v.transform((text) => Date.parse(text)),
  v.minValue(0, "is no time"),
  v.ltValue(YEAR_2200, "is no time"),
);

export const Value = v.nullish(v.number());

/** Some bodies write all numbers as texts. */
export const NumberOrText = v.union([
  v.number(),
  v.pipe(v.string(), v.regex(/^-?\d{1,9}(\.\d+)?$/), v.transform(Number)),
]);

/** To m/s. */
export const [KMH, MPH] = [1 / 3.6, 0.447_04];
export const celsius = (fahrenheit: number): number => (fahrenheit - 32) / 1.8;

/** The body as the schema has it; throws Broken with the path of the first fault. */
export const read = <S extends v.GenericSchema<unknown, unknown>>(schema: S, body: unknown): v.InferOutput<S> => {
  const { success, output, issues } = v.safeParse(schema, body, { abortEarly: true });
  if (success) return output;
  const path = v.getDotPath(issues[0])?.replaceAll(/\.(\d+)/g, "[$1]") ?? "body";
  throw new Broken(`${path}: ${issues[0].message}`.slice(0, REASON_LENGTH));
};

/** Degrees for a URL: cut to four decimals, as MET wants them, and without zeros behind, as NWS does. */
export const coordinate = (degrees: number): string => {
  if (Math.abs(degrees) < 1e-4) return "0";
  const cut = /^-?\d+(\.\d{1,4})?/.exec(String(degrees))?.[0] ?? "0";
  return cut.includes(".") ? cut.replace(/\.?0+$/, "") : cut;
};

export const endOf = ({ start, hours }: { readonly start: number; readonly hours: number }): number =>
  Math.round(start + hours * HOUR_MS);

export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const toHundredths = (value: number): number => Math.round(value * 100) / 100 + 0;

/** Rounds to 0.01 one after the other, so that the sum stays what it was; no rain stays none. */
export const sumKeepingRounder = (): ((value: number) => number) => {
  let left = 0;
  return (value) => {
    const rounded = Math.max(0, toHundredths(value + left));
    left += value - rounded;
    return rounded;
  };
};

const isPossible = (key: Measured, value: number): boolean => value >= RANGES[key][0] && value <= RANGES[key][1];

const isKnown = (raw: RawStep): boolean => MEASURED.some((key) => typeof raw[key] === "number");

/** In order, and none within another: what starts before the last one's end only says it again. Nor any that says nothing. */
const walk = (raw: readonly RawStep[]): readonly RawStep[] => {
  let end = Number.NEGATIVE_INFINITY;
  return raw.filter((step) => {
    if (!isKnown(step) || step.start < end || step.hours <= 0 || step.hours > LONGEST_HOURS) return false;
    end = endOf(step);
    return true;
  });
};

const stepOf = (raw: RawStep, roundRain: (value: number) => number, impossible: () => void): Step => {
  const known = (key: Measured, round = toHundredths): number | null => {
    const value = raw[key] ?? null;
    if (value === null) return null;
    if (isPossible(key, value)) return round(value);
    impossible();
    return null;
  };
  const { condition, severity, isDay, code } = raw.sky;
  return {
    start: instant(raw.start),
    hours: raw.hours,
    temperature: known("temperature"),
    windSpeed: known("windSpeed"),
    windFrom: known("windFrom"),
    gust: known("gust"),
    pressure: known("pressure"),
    humidity: known("humidity"),
    cloud: known("cloud"),
    precipitation: known("precipitation", roundRain),
    precipitationChance: known("precipitationChance"),
    condition,
    severity,
    isDay,
    code,
  };
};

/** The normal form; throws Broken when too much is impossible or nothing is left to show. */
export const readingOf = (issuedAt: number | undefined, raw: readonly RawStep[]): Reading => {
  const walked = walk(raw);
  if (walked.length > MOST_STEPS) throw new Broken(`over ${MOST_STEPS} steps`);
  const faulty = new Set<RawStep>();
  let outOfRange = 0;
  const roundRain = sumKeepingRounder();
  const steps = walked.map((step) =>
    stepOf(step, roundRain, () => {
      faulty.add(step);
      outOfRange += 1;
    }),
  );
  if (faulty.size > steps.length * MOST_IMPOSSIBLE) throw new Broken("over 10 % of steps have values out of range");
  if (steps.every(({ temperature }) => temperature === null)) throw new Broken("no usable period");
  return {
    issuedAt: issuedAt === undefined ? undefined : instant(issuedAt),
    steps,
    unknownCodes: [...new Set(walked.flatMap(({ sky }) => sky.unknown))],
    outOfRange,
  };
};
