// Who is asked for a place, in which order, and how old an issue may be.
import type { Config, Location } from "./config.ts";
import type { Provider } from "./forecast.ts";
import { HOUR_MS } from "./reading.ts";

interface About {
  readonly host: string;
  /** Above this an answer is yesterday's: forecasts of 88 h were seen with status 200. */
  readonly oldestMs: number;
}

export const ABOUT: Readonly<Record<Provider, About>> = {
  met: { host: "https://api.met.no", oldestMs: 18 * HOUR_MS },
  nws: { host: "https://api.weather.gov", oldestMs: 24 * HOUR_MS },
  // It does not say when it was issued; this is how long it may tell us to keep it.
  "open-meteo": { host: "https://api.open-meteo.com", oldestMs: 24 * HOUR_MS },
};

/** `base` stands in for all hosts: a server on this machine has each provider under its name. */
export const addressOf = (provider: Provider, base: string, path: string): string =>
  `${base === "" ? ABOUT[provider].host : `${base}/${provider}`}${path}`;

/** Boxes around the states and territories, [south, north, west, east]; a neighbour within is told 404 by NWS once. */
const UNITED_STATES = [
  [24, 50, -125, -66],
  [51, 72, -180, -129],
  [18, 23, -161, -154],
  [17, 19, -68, -64],
  [13, 21, 144, 147],
  [-15, -10, -172, -168],
] as const;

const isInUnitedStates = ({ lat, lon }: Pick<Location, "lat" | "lon">): boolean =>
  UNITED_STATES.some(([south, north, west, east]) => lat >= south && lat <= north && lon >= west && lon <= east);

/** The operator's order, else the service of the country, MET Norway for the world, and Open-Meteo where it is licensed. */
export const providersOf = (location: Location, { openMeteo }: Pick<Config, "openMeteo">): readonly Provider[] =>
  location.providers ?? [
    ...(isInUnitedStates(location) ? (["nws"] as const) : []),
    "met",
    ...(openMeteo === undefined ? [] : (["open-meteo"] as const)),
  ];
