// Open-Meteo's forecast by hours: https://open-meteo.com/en/docs. Its days are cut with one offset for the whole range, wrong
// around a change of clocks (https://github.com/open-meteo/open-meteo/issues/490), so days are not asked for.
import * as v from "valibot";
import { wmoSky } from "./conditions.ts";
import type { Location } from "./config.ts";
import type { Reading } from "./forecast.ts";
import { coordinate, HOUR_MS, read, readingOf, Value, YEAR_2200, type RawStep } from "./reading.ts";

/** Ten days of any place are within eleven of GMT. */
const DAYS = 11;

const Column = v.array(Value);
const COLUMNS = {
  temperature_2m: Column,
  relative_humidity_2m: Column,
  pressure_msl: Column,
  cloud_cover: Column,
  wind_speed_10m: Column,
  wind_direction_10m: Column,
  wind_gusts_10m: Column,
  precipitation: Column,
  precipitation_probability: Column,
  weather_code: Column,
  is_day: Column,
};

const Body = v.object({
  utc_offset_seconds: v.literal(0),
  hourly: v.object({
    ...COLUMNS,
    time: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.ltValue(YEAR_2200 / 1000))),
  }),
  hourly_units: v.object({
    time: v.literal("unixtime"),
    temperature_2m: v.literal("°C"),
    wind_speed_10m: v.literal("m/s"),
  }),
});

export const openMeteoPath = ({ lat, lon }: Pick<Location, "lat" | "lon">): string =>
  `/v1/forecast?latitude=${coordinate(lat)}&longitude=${coordinate(lon)}&hourly=${Object.keys(COLUMNS).join(",")}` +
  `&timezone=GMT&timeformat=unixtime&wind_speed_unit=ms&forecast_days=${DAYS}`;

/** Throws Broken for other units than were asked for. It does not say when it was issued. */
export const readOpenMeteo = (body: unknown): Reading => {
  const { time: times, ...hourly } = read(Body, body).hourly;
  const toSteps = (time: number, at: number): readonly RawStep[] => {
    // Rain, its chance and gusts are those of the hour before their time.
    const next = at + 1;
    if (times[next] !== time + HOUR_MS / 1000) return [];
    const isDay = hourly.is_day[at] ?? null;
    return [
      {
        start: time * 1000,
        hours: 1,
        sky: wmoSky(hourly.weather_code[at], isDay === null ? null : isDay === 1),
        temperature: hourly.temperature_2m[at],
        windSpeed: hourly.wind_speed_10m[at],
        windFrom: hourly.wind_direction_10m[at],
        gust: hourly.wind_gusts_10m[next],
        pressure: hourly.pressure_msl[at],
        humidity: hourly.relative_humidity_2m[at],
        cloud: hourly.cloud_cover[at],
        precipitation: hourly.precipitation[next],
        precipitationChance: hourly.precipitation_probability[next],
      },
    ];
  };
  return readingOf(undefined, times.flatMap(toSteps));
};
