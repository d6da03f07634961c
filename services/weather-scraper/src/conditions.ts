// What the providers' codes mean: MET Norway's symbols, WMO's code table 4677 as Open-Meteo uses it, NWS's icons and the
// words of its grid. The tables are in conditions.json, as [condition, severity].
import * as v from "valibot";
import tables from "./conditions.json" with { type: "json" };
import { Condition, CONDITIONS, type Step } from "./forecast.ts";

/** What the sky does, and by which code the provider said so. */
export type Sky = Pick<Step, "condition" | "severity" | "isDay" | "code"> & { readonly unknown: readonly string[] };
type Meaning = readonly [Condition, number];

const Table = v.record(v.string(), v.tuple([Condition, v.number()]));
const tableOf = (rows: unknown): ReadonlyMap<string, Meaning> => new Map(Object.entries(v.parse(Table, rows)));
const MET = tableOf(tables.met);
const WMO = tableOf(tables.wmo);
const NWS_ICON = tableOf(tables.nwsIcon);
const NWS_WEATHER = tableOf(tables.nwsWeather);

const CODE_LENGTH = 80;
const UNKNOWN: Meaning = ["unknown", 0];
const NO_SKY: Sky = { condition: "unknown", severity: 0, isDay: null, code: null, unknown: [] };

/** The higher the worse, of equals that by day; what is not known is not worse than anything. */
export const badness = ({ condition, severity, isDay }: Pick<Step, "condition" | "severity" | "isDay">): number =>
  condition === "unknown"
    ? -1
    : (severity * 2 + (isDay === false ? 0 : 1)) * CONDITIONS.length + CONDITIONS.indexOf(condition);

const skyOf = (text: string, isDay: boolean | null, meanings: readonly Meaning[]): Sky => {
  const code = text.slice(0, CODE_LENGTH);
  const unknown = meanings.includes(UNKNOWN) ? [code] : [];
  return meanings
    .map(([condition, severity]) => ({ condition, severity, isDay, code, unknown }))
    .reduce((worst, next) => (badness(next) > badness(worst) ? next : worst));
};

/** By polar twilight it is neither. */
const DAYTIME = new Map<string | undefined, boolean>(Object.entries({ day: true, night: false }));

/** `rainshowers_polartwilight`: https://github.com/metno/weathericons, legend.csv. */
export const metSky = (code: string | null | undefined): Sky => {
  if (code === null || code === undefined) return NO_SKY;
  const [, id = "", time] = /^([a-z]+)(?:_(day|night|polartwilight))?$/.exec(code) ?? [];
  return skyOf(code, DAYTIME.get(time) ?? null, [MET.get(id) ?? UNKNOWN]);
};

/** https://open-meteo.com/en/docs#weather_variable_documentation */
export const wmoSky = (code: number | null | undefined, isDay: boolean | null): Sky =>
  code === null || code === undefined
    ? { ...NO_SKY, isDay }
    : skyOf(String(code), isDay, [WMO.get(String(code)) ?? UNKNOWN]);

/** `https://api.weather.gov/icons/land/day/tsra,40/ovc?size=medium`, with or without the host: the worse of the two. */
export const nwsIconSky = (icon: string | null | undefined): Sky => {
  if (icon === null || icon === undefined) return NO_SKY;
  const [, code = icon, time, names = ""] = /\/((day|night)\/([^?]+))/.exec(icon) ?? [];
  const meanings = names.split("/").map((name) => NWS_ICON.get(name.replace(/,.*/, "")) ?? UNKNOWN);
  return skyOf(code, DAYTIME.get(time) ?? null, meanings);
};

/** Above each per cent of cloud, by eighths: https://www.weather.gov/bgm/forecast_terms */
const SKY_COVER = [
  [50, "cloudy"],
  [25, "partly-cloudy"],
  [5, "fair"],
] as const;

export interface NwsWeather {
  readonly weather?: string | null | undefined;
  readonly intensity?: string | null | undefined;
}

const STRONGER = new Map<string | null | undefined, number>(Object.entries({ very_light: -1, light: -1, heavy: 1 }));

/** Of NWS's grid: the worst of what is in the air, else how much cloud there is. */
export const nwsGridSky = (weathers: readonly NwsWeather[], cloud: number | null): Sky => {
  const present = weathers.filter(({ weather }) => typeof weather === "string");
  if (present.length === 0 && cloud !== null)
    return { ...NO_SKY, condition: SKY_COVER.find(([above]) => cloud > above)?.[1] ?? "clear" };
  if (present.length === 0) return NO_SKY;
  const meanings = present.map(({ weather, intensity }): Meaning => {
    const meaning = NWS_WEATHER.get(weather ?? "");
    if (meaning === undefined) return UNKNOWN;
    return [meaning[0], Math.min(3, Math.max(1, meaning[1] + (STRONGER.get(intensity) ?? 0)))];
  });
  const code = present.map(({ weather, intensity }) => [intensity, weather].filter(Boolean).join(" ")).join(", ");
  return skyOf(code, null, meanings);
};
