// NWS's raw grid: layers of numbers, each in runs of its own lengths, read here hour by hour.
import * as v from "valibot";
import { nwsGridSky } from "./conditions.ts";
import { Broken, type Reading } from "./forecast.ts";
import { celsius, HOUR_MS, KMH, read, readingOf, Time } from "./reading.ts";

/** The grid reaches seven to eight days. */
const MOST_HOURS = 16 * 24;
const MOST_RUNS = 1000;

const DURATION = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?$/;

const Duration = v.pipe(
  v.string(),
  v.transform((text) => {
    const [, days = 0, hours = 0, minutes = 0] = DURATION.exec(text) ?? [];
    return (Number(days) * 24 + Number(hours) + Number(minutes) / 60) * HOUR_MS;
  }),
  v.gtValue(0, "is no duration"),
);

/** `2022-02-03T21:00:00+00:00/P1DT6H`, in some copies with blanks. */
const Interval = v.pipe(
  v.string(),
  v.transform((text) => text.split(/\s*\/\s*/, 3)),
  v.strictTuple([Time, Duration]),
  v.transform(([start, length]) => ({ start, end: start + length })),
);

const runsOf = <const S extends v.GenericSchema<unknown, unknown>>(value: S) =>
  v.pipe(v.array(v.object({ validTime: Interval, value })), v.maxLength(MOST_RUNS));

const Layer = v.object({ uom: v.nullish(v.string()), values: runsOf(v.nullable(v.number())) });
type Layer = v.InferOutput<typeof Layer>;
const MaybeLayer = v.optional(Layer, { values: [] });
const Weathers = v.array(v.object({ weather: v.nullish(v.string()), intensity: v.nullish(v.string()) }));

const Grid = v.object({
  properties: v.object({
    updateTime: Time,
    temperature: Layer,
    relativeHumidity: MaybeLayer,
    skyCover: MaybeLayer,
    windDirection: MaybeLayer,
    windSpeed: MaybeLayer,
    windGust: MaybeLayer,
    probabilityOfPrecipitation: MaybeLayer,
    quantitativePrecipitation: MaybeLayer,
    weather: v.optional(v.object({ values: runsOf(v.nullable(Weathers)) }), { values: [] }),
  }),
});

const AS_IS = new Set(["degC", "percent", "degree_(angle)", "m_s-1", "mm"]);

/** Throws Broken for a unit that was never seen. */
const converted = (value: number, uom = ""): number => {
  const unit = uom.replace(/^.*:/, "").slice(0, 40);
  if (AS_IS.has(unit)) return value;
  if (unit === "km_h-1") return value * KMH;
  if (unit === "degF") return celsius(value);
  throw new Broken(`the unit "${unit}" is not known`);
};

interface Run<T> {
  readonly validTime: { readonly start: number; readonly end: number };
  readonly value: T;
}

const runAt = <T>(runs: readonly Run<T>[], ms: number): T | undefined =>
  runs.find(({ validTime: { start, end } }) => start <= ms && ms < end)?.value;

const valueAt = ({ uom, values }: Layer, ms: number): number | null => {
  const value = runAt(values, ms) ?? null;
  return value === null ? null : converted(value, uom ?? undefined);
};

/** Rain of an hour: it falls evenly over each run. */
const fallenAt = ({ uom, values }: Layer, ms: number): number | null => {
  const parts = values.flatMap(({ validTime: { start, end }, value }) => {
    const share = (Math.min(end, ms + HOUR_MS) - Math.max(start, ms)) / (end - start);
    return value === null || share <= 0 ? [] : converted(value, uom ?? undefined) * share;
  });
  return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part);
};

/** Of the hours that have a temperature; throws Broken. */
export const fromGrid = (body: unknown): Reading => {
  const { updateTime, weather, ...layers } = read(Grid, body).properties;
  const times = layers.temperature.values.map(({ validTime }) => validTime);
  const from = Math.ceil(Math.min(...times.map(({ start }) => start)) / HOUR_MS) * HOUR_MS;
  const hours = Math.ceil((Math.max(...times.map(({ end }) => end)) - from) / HOUR_MS);
  const steps = Array.from({ length: Math.min(hours, MOST_HOURS) }, (_, hour) => {
    const start = from + hour * HOUR_MS;
    const cloud = valueAt(layers.skyCover, start);
    return {
      start,
      hours: 1,
      sky: nwsGridSky(runAt(weather.values, start) ?? [], cloud),
      temperature: valueAt(layers.temperature, start),
      windSpeed: valueAt(layers.windSpeed, start),
      windFrom: valueAt(layers.windDirection, start),
      gust: valueAt(layers.windGust, start),
      humidity: valueAt(layers.relativeHumidity, start),
      cloud,
      precipitation: fallenAt(layers.quantitativePrecipitation, start),
      precipitationChance: valueAt(layers.probabilityOfPrecipitation, start),
    };
  });
  return readingOf(updateTime, steps);
};
