// MET Norway, from three recordings: any place gets the nearest one, moved to the newest issue.
import { type Answer, type Asked, coordinate, httpDate, impolite, newestIssue, plain, publishedAt } from "./answer.ts";
import { firstTime, HOUR, movedBy, recorded } from "./recorded.ts";

interface Forecast {
  readonly geometry: { readonly coordinates: readonly [lon: number, lat: number, altitude: number] };
  readonly properties: {
    readonly meta: { readonly updated_at: string; readonly units: Readonly<Record<string, string>> };
    readonly timeseries: readonly { readonly time: string }[];
  };
}

const NEW_YORK = "metno/lat40.7lon-74.0altitude10_compact.json";
const FILES = [
  NEW_YORK,
  "metno/lat39.9lon116.4altitudeNone_compact.json",
  "metno/lat51.5lon-0.1altitude25_complete.json",
];
/** Varnish in front of the API keeps an answer this long; the recorded ones say 30 to 32 minutes. */
const FRESH_MS = 30.5 * 60_000;

const forecast = (file: string): Forecast => recorded(file) as Forecast; // recorded from MET

const nearest = (lat: number, lon: number): string => {
  const distance = (file: string): number => {
    const [x, y] = forecast(file).geometry.coordinates;
    const around = Math.abs(x - lon);
    return Math.hypot(y - lat, Math.min(around, 360 - around));
  };
  return FILES.toSorted((a, b) => distance(a) - distance(b))[0] ?? NEW_YORK;
};

/** London was recorded in the fuller product; `compact` has less. */
const compact = ({ properties }: Forecast): Forecast["properties"] => {
  const { units } = forecast(NEW_YORK).properties.meta;
  const only = (values: object): object => Object.fromEntries(Object.entries(values).filter(([name]) => name in units));
  return JSON.parse(JSON.stringify(properties), (key, value: unknown) =>
    key === "details" || key === "units" ? only(value as object) : value,
  ) as Forecast["properties"];
};

const made = new Map<string, { readonly issue: number; readonly text: string }>();

/** `properties` as JSON; the first step is that of the hour of the issue, as whole hours only are moved. */
const propertiesAt = (file: string, issue: number): string => {
  const before = made.get(file);
  if (before?.issue === issue) return before.text;
  const { meta, timeseries } = compact(forecast(file));
  const steps = JSON.stringify(timeseries);
  const moved = movedBy(steps, Math.floor((issue - (firstTime(steps) ?? issue)) / HOUR) * HOUR);
  const updated = { ...meta, updated_at: `${new Date(issue).toISOString().slice(0, 19)}Z` };
  const text = `{"meta":${JSON.stringify(updated)},"timeseries":${moved}}`;
  made.set(file, { issue, text });
  return text;
};

/** `GET /weatherapi/locationforecast/2.0/compact?lat=&lon=&altitude=`. */
export const met = (asked: Asked): Answer => {
  const { path, query, now, issuedBy } = asked;
  const [latText = "", lonText = ""] = [query.get("lat"), query.get("lon")].map((each) => each ?? "");
  const refused = impolite(asked, [latText, lonText]);
  if (refused !== undefined) return refused;
  if (path !== "/weatherapi/locationforecast/2.0/compact") return plain(404, "404 Not Found");
  const [lat, lon] = [coordinate(latText, 90), coordinate(lonText, 180)];
  const altitude = query.get("altitude");
  if (lat === undefined || lon === undefined || !/^-?\d+$/.test(altitude ?? "0"))
    return plain(400, `400 Bad Request: ${query.toString()} is no place`);
  const file = nearest(lat, lon);
  const { geometry, properties } = forecast(file);
  const issue = newestIssue(Date.parse(properties.meta.updated_at), issuedBy);
  const point = { type: "Point", coordinates: [lon, lat, Number(altitude ?? geometry.coordinates[2])] };
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      expires: httpDate(now + FRESH_MS),
      "last-modified": httpDate(publishedAt(issue)),
    },
    body: `{"type":"Feature","geometry":${JSON.stringify(point)},"properties":${propertiesAt(file, issue)}}`,
  };
};
