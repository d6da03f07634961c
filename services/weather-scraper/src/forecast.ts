// The normal form of a forecast, whatever provider it came from. UTC instants; °C, m/s, mm, hPa, %, degrees; unknown is
// null, never 0.
import * as v from "valibot";

const PROVIDERS = ["met", "nws", "open-meteo"] as const;
export const Provider = v.picklist(PROVIDERS);
export type Provider = v.InferOutput<typeof Provider>;

/** From the mildest; what is worse of two has the higher severity. */
export const CONDITIONS = [
  "clear",
  "fair",
  "partly-cloudy",
  "cloudy",
  "haze",
  "fog",
  "wind",
  "drizzle",
  "rain",
  "freezing-rain",
  "sleet",
  "snow",
  "thunderstorm",
  "storm",
  "unknown",
] as const;
export const Condition = v.picklist(CONDITIONS);
export type Condition = v.InferOutput<typeof Condition>;

/** `2026-01-15T12:00:00Z`: whole seconds, so that texts compare as the instants do. */
export const Instant = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/));

const number = v.nullable(v.number());
/** 0 nothing to mind, 1 light, 2 ordinary bad weather, 3 dangerous. */
const severity = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3));

/** What holds from `start` for `hours`; steps follow each other without overlap. */
export const Step = v.strictObject({
  start: Instant,
  hours: v.number(),
  temperature: number,
  windSpeed: number,
  windFrom: number,
  gust: number,
  pressure: number,
  humidity: number,
  cloud: number,
  precipitation: number,
  precipitationChance: number,
  condition: Condition,
  severity,
  isDay: v.nullable(v.boolean()),
  /** As the provider wrote it: a wrong mapping can be mended later. */
  code: v.nullable(v.string()),
});
export type Step = v.InferOutput<typeof Step>;

/** A day of the place. */
export const DailyRow = v.strictObject({
  date: v.pipe(v.string(), v.isoDate()),
  tempMin: number,
  tempMax: number,
  precipitation: number,
  windMax: number,
  gustMax: number,
  condition: Condition,
  /** Fewer than the day has: the forecast begins or ends within it. */
  hoursCovered: v.number(),
  hoursInDay: v.number(),
});
export type DailyRow = v.InferOutput<typeof DailyRow>;

/** What a reader makes of a provider's body. */
export interface Reading {
  /** When the provider issued it; undefined where it does not say. */
  readonly issuedAt: string | undefined;
  readonly steps: readonly Step[];
  /** Codes that no table knows; their steps are `unknown`. */
  readonly unknownCodes: readonly string[];
  /** Values beyond what weather can be; they are null. */
  readonly outOfRange: number;
}

/** A body that is no forecast. The reason is for people: it stands in the run's report. */
export class Broken extends Error {}
