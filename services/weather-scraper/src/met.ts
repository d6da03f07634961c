// MET Norway's Locationforecast: https://api.met.no/weatherapi/locationforecast/2.0/documentation
import * as v from "valibot";
import { metSky } from "./conditions.ts";
import type { Location } from "./config.ts";
import type { Reading } from "./forecast.ts";
import { coordinate, read, readingOf, Time, Value, type RawStep } from "./reading.ts";

const Block = v.optional(
  v.object({
    summary: v.optional(v.object({ symbol_code: v.nullish(v.string()) })),
    details: v.optional(v.object({ precipitation_amount: Value, probability_of_precipitation: Value })),
  }),
);

const Instant = v.object({
  air_temperature: Value,
  air_pressure_at_sea_level: Value,
  cloud_area_fraction: Value,
  relative_humidity: Value,
  wind_from_direction: Value,
  wind_speed: Value,
  wind_speed_of_gust: Value,
});

const Entry = v.object({
  time: Time,
  data: v.object({
    instant: v.object({ details: Instant }),
    next_1_hours: Block,
    next_6_hours: Block,
    next_12_hours: Block,
  }),
});
type Entry = v.InferOutput<typeof Entry>;

const Body = v.object({
  properties: v.object({ meta: v.object({ updated_at: Time }), timeseries: v.array(Entry) }),
});

/** Blocks overlap: also an hourly entry says what the next six hours bring. The shortest tells most; the last has none. */
const toSteps = ({ time, data }: Entry): readonly RawStep[] => {
  const hours = ([1, 6, 12] as const).find((length) => data[`next_${length}_hours`] !== undefined);
  if (hours === undefined) return [];
  const { summary, details } = data[`next_${hours}_hours`] ?? {};
  const now = data.instant.details;
  return [
    {
      start: time,
      hours,
      sky: metSky(summary?.symbol_code),
      temperature: now.air_temperature,
      windSpeed: now.wind_speed,
      windFrom: now.wind_from_direction,
      gust: now.wind_speed_of_gust,
      pressure: now.air_pressure_at_sea_level,
      humidity: now.relative_humidity,
      cloud: now.cloud_area_fraction,
      precipitation: details?.precipitation_amount,
      precipitationChance: details?.probability_of_precipitation,
    },
  ];
};

/** Path and query; more than four decimals are answered with 403. */
export const metPath = ({ lat, lon, altitude }: Pick<Location, "lat" | "lon" | "altitude">): string =>
  `/weatherapi/locationforecast/2.0/compact?lat=${coordinate(lat)}&lon=${coordinate(lon)}` +
  (altitude === undefined ? "" : `&altitude=${altitude}`);

/** A compact or complete body; throws Broken when it is none. */
export const readMet = (body: unknown): Reading => {
  const { meta, timeseries } = read(Body, body).properties;
  return readingOf(meta.updated_at, timeseries.flatMap(toSteps));
};
