// Open-Meteo. Its recording has weather codes only, so all other values are synthetic: smooth curves, the same for all who ask.
import type { Answer, Asked } from "./answer.ts";
import { coordinate, newestIssue } from "./answer.ts";
import { HOUR, recorded } from "./recorded.ts";

const DAY = 24 * HOUR;
const RECORDING = "openmeteo/general.yml";

interface Recording {
  readonly hourly: { readonly weather_code: readonly number[] };
}

interface Moment {
  readonly hour: number;
  readonly lat: number;
  /** Differs from issue to issue. */
  readonly issue: number;
  readonly code: number;
}

const wave = (hour: number, period: number): number => Math.sin((2 * Math.PI * hour) / period);
const rain = ({ code, hour }: Moment): number => (code >= 51 ? 0.2 + 0.1 * (hour % 4) : 0);
const wind = ({ hour, issue }: Moment): number => 4 + 2 * wave(hour, 31) + (issue % 3) * 0.1;

/** In °C, %, mm, hPa, m/s and degrees. */
const VALUES: Readonly<Record<string, (moment: Moment) => number>> = {
  temperature_2m: ({ hour, lat, issue }) => 27 - Math.abs(lat) * 0.35 + 5 * wave(hour - 9, 24) + (issue % 5) * 0.1,
  relative_humidity_2m: ({ hour }) => 65 - 20 * wave(hour - 9, 24),
  precipitation: rain,
  precipitation_probability: ({ code }) => (code >= 51 ? 70 : 10),
  weather_code: ({ code }) => code,
  pressure_msl: ({ hour }) => 1013 + 6 * wave(hour, 97),
  cloud_cover: ({ code }) => Math.min(100, 30 * code),
  wind_speed_10m: wind,
  wind_gusts_10m: (moment) => wind(moment) * 1.7,
  wind_direction_10m: ({ hour }) => (200 + hour * 3) % 360,
  is_day: ({ hour }) => Number(hour % 24 >= 6 && hour % 24 < 18),
};
const UNITS: Readonly<Record<string, string>> = {
  temperature_2m: "°C",
  precipitation: "mm",
  weather_code: "wmo code",
  pressure_msl: "hPa",
  wind_direction_10m: "°",
  is_day: "",
};

const refusal = (reason: string): Answer => ({
  status: 400,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({ error: true, reason }),
});

const unitOf = (name: string, windUnit: string): string => (/^wind_(speed|gusts)/.test(name) ? windUnit : UNITS[name] ?? "%"); // prettier-ignore

interface Wanted {
  readonly names: readonly string[];
  readonly lat: number;
  readonly days: number;
  readonly isUnix: boolean;
  readonly isMetric: boolean;
}

const hourly = ({ names, lat, days, isUnix, isMetric }: Wanted, { issuedBy }: Asked): object => {
  const { weather_code: codes } = (recorded(RECORDING) as Recording).hourly; // recorded from Open-Meteo
  const start = Math.floor(issuedBy / DAY) * DAY;
  const issue = newestIssue(0, issuedBy) / HOUR;
  const hours = Array.from({ length: days * 24 }, (_, hour) => hour);
  const series = (name: string): readonly number[] =>
    hours.map((hour) => {
      const value = VALUES[name]?.({ hour, lat, issue, code: codes[hour % codes.length] ?? 0 }) ?? 0;
      return Math.round(value * (/^wind_(speed|gusts)/.test(name) && !isMetric ? 36 : 10)) / 10;
    });
  const time = hours.map((hour) => {
    const at = start + hour * HOUR;
    return isUnix ? at / 1000 : new Date(at).toISOString().slice(0, 16);
  });
  return { time, ...Object.fromEntries(names.map((name) => [name, series(name)])) };
};

/** `GET /v1/forecast?latitude=&longitude=&hourly=…`; no validators, as the real one has none. */
export const openMeteo = (asked: Asked): Answer => {
  const { path, query } = asked;
  const [lat, lon] = [coordinate(query.get("latitude") ?? "", 90), coordinate(query.get("longitude") ?? "", 180)];
  if (path !== "/v1/forecast") return { ...refusal("Not Found"), status: 404 };
  if (lat === undefined || lon === undefined) return refusal("Latitude and longitude must be given, in range");
  const names = (query.get("hourly") ?? "").split(",").filter((name) => name !== "");
  const unknown = names.find((name) => !Object.hasOwn(VALUES, name));
  if (unknown !== undefined)
    return refusal(`Data corrupted at path ''. Cannot initialize from invalid String value ${unknown}.`);
  const days = Number(query.get("forecast_days") ?? 7);
  if (!(days >= 1 && days <= 16)) return refusal("Forecast days is invalid. Allowed range 0 to 16.");
  const isUnix = query.get("timeformat") === "unixtime";
  const isMetric = query.get("wind_speed_unit") === "ms";
  const units = names.map((name) => [name, unitOf(name, isMetric ? "m/s" : "km/h")]);
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      synthetic: "values made up by local/open-meteo-provider.ts; weather codes recorded",
      latitude: Math.round(lat * 16) / 16, // of the model's own grid
      longitude: Math.round(lon * 16) / 16,
      generationtime_ms: 0.09,
      utc_offset_seconds: 0,
      timezone: "GMT",
      timezone_abbreviation: "GMT",
      elevation: 38,
      hourly_units: { time: isUnix ? "unixtime" : "iso8601", ...Object.fromEntries(units) },
      hourly: hourly({ names, lat, days, isUnix, isMetric }, asked),
    }),
  };
};
