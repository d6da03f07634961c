// What the HTTP API says of forecasts and runs.
import { hash } from "node:crypto";
import type { Reply } from "@warmstart/middleware";
import type {
  Attribution,
  DayIssueView,
  ForecastQuery,
  ForecastView,
  LocationView,
  RunView,
} from "./answer-schemas.ts";
import type { Config, Location } from "./config.ts";
import { fail } from "./errors.ts";
import type { DayIssue, ForecastReader } from "./forecast-store.ts";
import type { DailyRow, Provider, Step } from "./forecast.ts";
import { nextRun } from "./next-run.ts";
import { providersOf } from "./providers.ts";
import { endOf } from "./reading.ts";
import { isComplete, type Outcome, type Run } from "./runs.ts";
import { toUs } from "./units.ts";
import { dayBounds } from "./zone.ts";

/** What each licence asks for, and that this is not what the provider published: CC BY 4.0, 3(a)(1)(B). */
const ATTRIBUTION: Readonly<Record<Provider, Attribution>> = {
  met: {
    text: "Based on data from MET Norway, changed",
    url: "https://api.met.no/doc/License",
    licence: "CC BY 4.0",
  },
  nws: {
    text: "Based on data from the US National Weather Service",
    url: "https://www.weather.gov/disclaimer",
    licence: "public domain",
  },
  "open-meteo": {
    text: "Weather data by Open-Meteo.com, changed",
    url: "https://open-meteo.com/",
    licence: "CC BY 4.0",
  },
};

const dayView = <T extends DailyRow>(row: T): T & { readonly partial: boolean } => ({
  ...row,
  partial: row.hoursCovered < row.hoursInDay,
});

/** May be kept for five minutes by anybody; its tag says whether it is another one by then. */
export const cached = (reply: Reply): Reply => {
  const etag = `"${hash("sha256", reply.body ?? "", "base64url").slice(0, 22)}"`;
  return { ...reply, headers: { ...reply.headers, etag, "cache-control": "public, max-age=300" } };
};

export const locationOf = ({ locations }: Config, id: string): Location => {
  const found = locations.find((location) => location.id === id);
  if (found === undefined) throw fail("unknown-location", "There is no such location; GET /locations has all");
  return found;
};

/** Those behind a place; it is the position of a cursor. */
export const locationsAfter = ({ locations }: Config, after: string | undefined): readonly Location[] => {
  if (after === undefined) return locations;
  const at = locations.findIndex(({ id }) => id === after);
  if (at < 0) throw fail("invalid-cursor", "The cursor stands at a location that is no longer there");
  return locations.slice(at + 1);
};

export const locationView = (config: Config, location: Location): LocationView => {
  const { id, name, lat, lon, altitude = null, timeZone } = location;
  return { id, name, lat, lon, altitude, timeZone, providers: [...providersOf(location, config)] };
};

/** What is over by now is left out. `zone`: the schedule's. */
export const forecastView = async (
  reader: ForecastReader,
  { config, location, zone }: { readonly config: Config; readonly location: Location; readonly zone: string },
  { days: most = "10", units = "si", detail }: ForecastQuery,
): Promise<ForecastView> => {
  const latest = await reader.latest(location.id);
  if (latest === undefined) {
    const next = nextRun(Date.now(), zone);
    throw fail("no-forecast-yet", `There is none before the run of ${next}`, { extensions: { nextRun: next } });
  }
  const { days: all, ...issue } = latest;
  const now = Date.now();
  const inUnits = units === "us" ? toUs : <T>(row: T): T => row;
  const endOfDay = ({ date }: DailyRow): number => dayBounds(date, location.timeZone).end;
  const days = all.filter((day) => endOfDay(day) > now).slice(0, Number(most));
  const last = days.at(-1);
  const end = last ? endOfDay(last) : 0;
  const steps = detail === "hours" && last ? await reader.steps(location.id, issue) : [];
  const isShown = ({ start, hours }: Step): boolean => {
    const from = Date.parse(start);
    return from < end && endOf({ start: from, hours }) > now;
  };
  return {
    location: locationView(config, location),
    ...issue,
    attribution: [ATTRIBUTION[issue.provider]],
    units,
    days: days.map((row) => dayView(inUnits(row))),
    ...(detail === "hours" && { hours: steps.filter(isShown).map(inUnits) }),
  };
};

export const dayIssueView = ({ issuedAt, provider, ...row }: DayIssue): DayIssueView => ({
  issuedAt,
  provider,
  ...dayView(row),
});

export const runView = (run: Run): RunView => {
  const { runId: date, planned, results } = run;
  const count = (wanted: Outcome): number => results.filter(({ outcome }) => outcome === wanted).length;
  return {
    date,
    planned,
    ok: count("ok"),
    unchanged: count("unchanged"),
    skipped: count("skipped"),
    failed: count("failed"),
    fallback: results.filter(({ fallback }) => fallback).length,
    complete: isComplete(run),
    failures: results
      .filter(({ outcome }) => outcome === "failed")
      .map(({ locationId, reason = "not told" }) => ({ locationId, reason })),
  };
};
