// NWS's raw grid: layers of numbers, each in runs of its own lengths, spread here over hours.
import * as v from "valibot";
import { nwsGridSky } from "./conditions.ts";
import { Broken, type Reading } from "./forecast.ts";
import { celsius, HOUR_MS, KMH, read, readingOf, Time } from "./reading.ts";

/** The grid reaches seven to eight days. */
const MOST_HOURS = 16 * 24;

const DURATION = /^(.+?)\s*\/\s*P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;

/** `2022-02-03T21:00:00+00:00/P1DT6H` */
const Interval = v.pipe(
  v.string(),
  v.regex(DURATION, "is no interval"),
  v.transform((text) => {
    const [, start, days = 0, hours = 0, minutes = 0] = DURATION.exec(text) ?? [];
    return { start, hours: Number(days) * 24 + Number(hours) + Number(minutes) / 60 };
  }),
  v.object({ start: Time, hours: v.pipe(v.number(), v.gtValue(0, "is no interval")) }),
  v.transform(({ start, hours }) => ({ start, end: start + hours * HOUR_MS })),
);

const runsOf = <const S extends v.GenericSchema<unknown, unknown>>(value: S) =>
  v.array(v.object({ validTime: Interval, value }));

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

const same = (value: number): number => value;
const UNITS = new Map([
  ["degC", same],
  ["degF", celsius],
  ["percent", same],
  ["degree_(angle)", same],
  ["km_h-1", (value: number) => value * KMH],
  ["m_s-1", same],
  ["mm", same],
]);

interface Run<T> {
  readonly validTime: { readonly start: number; readonly end: number };
  readonly value: T;
}

/** Throws Broken for a unit that nobody has seen yet. */
const converted = ({ uom, values }: Layer): readonly Run<number | null>[] => {
  const unit = (uom ?? "").replace(/^.*:/, "").slice(0, 40);
  const convert = UNITS.get(unit);
  if (convert === undefined && values.length > 0) throw new Broken(`the unit "${unit}" is not known`);
  return values.map(({ validTime, value }) => ({ validTime, value: value === null ? null : (convert ?? same)(value) }));
};

type Take<T> = (run: Run<T>, hourStart: number, before: T | null) => T | null;

/** What each hour from `from` takes of the runs that reach it. */
const byHour = <T>(runs: readonly Run<T>[], from: number, take: Take<T>): readonly (T | null)[] => {
  const hours: (T | null)[] = [];
  for (const run of runs) {
    const end = Math.min(MOST_HOURS, Math.ceil((run.validTime.end - from) / HOUR_MS));
    for (let hour = Math.max(0, Math.floor((run.validTime.start - from) / HOUR_MS)); hour < end; hour++)
      hours[hour] = take(run, from + hour * HOUR_MS, hours[hour] ?? null);
  }
  return hours;
};

const hold = <T>({ value }: Run<T>, _hourStart: number, before: T | null): T | null => before ?? value;

/** Rain falls evenly over its run. */
const fall: Take<number | null> = ({ validTime: { start, end }, value }, hourStart, before) => {
  const part = (Math.min(end, hourStart + HOUR_MS) - Math.max(start, hourStart)) / (end - start);
  return value === null ? before : (before ?? 0) + value * part;
};

/** Hours are those that have a temperature; throws Broken. */
export const fromGrid = (body: unknown): Reading => {
  const { updateTime, weather, ...layers } = read(Grid, body).properties;
  const first = layers.temperature.values.reduce((least, { validTime }) => Math.min(least, validTime.start), Infinity);
  const from = Math.floor(first / HOUR_MS) * HOUR_MS;
  const held = (layer: Layer) => byHour(converted(layer), from, hold);
  const windFrom = held(layers.windDirection);
  const windSpeed = held(layers.windSpeed);
  const gust = held(layers.windGust);
  const humidity = held(layers.relativeHumidity);
  const cloud = held(layers.skyCover);
  const precipitation = byHour(converted(layers.quantitativePrecipitation), from, fall);
  const precipitationChance = held(layers.probabilityOfPrecipitation);
  const weathers = byHour(weather.values, from, hold);
  const steps = Array.from(held(layers.temperature), (temperature, hour) => ({
    start: from + hour * HOUR_MS,
    hours: 1,
    sky: nwsGridSky(weathers[hour] ?? [], cloud[hour] ?? null),
    temperature,
    windSpeed: windSpeed[hour],
    windFrom: windFrom[hour],
    gust: gust[hour],
    humidity: humidity[hour],
    cloud: cloud[hour],
    precipitation: precipitation[hour],
    precipitationChance: precipitationChance[hour],
  }));
  return readingOf(updateTime, steps);
};
