// NWS's forecast as it is written for people: periods of about half a day, winds as texts, the sky as an icon.
import * as v from "valibot";
import { nwsIconSky } from "./conditions.ts";
import type { Reading } from "./forecast.ts";
import { celsius, HOUR_MS, KMH, MPH, NumberOrText, read, readingOf, Time, type RawStep } from "./reading.ts";

const Text = v.nullish(v.string());
const Quantity = v.nullish(v.object({ value: v.nullish(NumberOrText) }));

/** In some answers every field is null. */
const Period = v.object({
  startTime: v.nullish(Time),
  endTime: v.nullish(Time),
  isDaytime: v.nullish(v.boolean()),
  temperature: v.nullish(NumberOrText),
  temperatureUnit: v.nullish(v.picklist(["F", "C"])),
  probabilityOfPrecipitation: Quantity,
  relativeHumidity: Quantity,
  windSpeed: Text,
  windGust: Text,
  windDirection: Text,
  icon: Text,
});
type Period = v.InferOutput<typeof Period>;

const Units = v.optional(v.picklist(["us", "si"]), "us");
const Periods = v.object({ properties: v.object({ updateTime: Time, units: Units, periods: v.array(Period) }) });

/** `5 to 10 mph`: the higher. */
const windOf = (text: string | null | undefined): number | null => {
  const [, low = 0, high, unit] = /^(?:(\d{1,3}) to )?(\d{1,3}) (mph|km\/h)$/.exec(text ?? "") ?? [];
  return high === undefined ? null : Math.max(Number(low), Number(high)) * (unit === "mph" ? MPH : KMH);
};

const COMPASS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

const degreesOf = (point: string | null | undefined): number | null => {
  const at = COMPASS.indexOf(point ?? "");
  return at < 0 ? null : (at * 360) / COMPASS.length;
};

const toSteps = ({ startTime, endTime, temperature, ...period }: Period, isFahrenheit: boolean): readonly RawStep[] => {
  if (typeof startTime !== "number" || typeof endTime !== "number") return [];
  const sky = nwsIconSky(period.icon);
  return [
    {
      start: startTime,
      hours: (endTime - startTime) / HOUR_MS,
      sky: { ...sky, isDay: period.isDaytime ?? sky.isDay },
      temperature: typeof temperature === "number" && isFahrenheit ? celsius(temperature) : temperature,
      windSpeed: windOf(period.windSpeed),
      windFrom: degreesOf(period.windDirection),
      gust: windOf(period.windGust),
      humidity: period.relativeHumidity?.value,
      precipitationChance: period.probabilityOfPrecipitation?.value,
    },
  ];
};

/** What periods do not say, such as an amount of rain, is unknown; throws Broken. */
export const fromPeriods = (body: unknown): Reading => {
  const { updateTime, units, periods } = read(Periods, body).properties;
  const unit = units === "us" ? "F" : "C";
  return readingOf(
    updateTime,
    periods.flatMap((period) => toSteps(period, (period.temperatureUnit ?? unit) === "F")),
  );
};
