// The US National Weather Service, from recordings of three places; one of them has a grid, the others periods only.
import {
  type Answer,
  type Asked,
  coordinate,
  httpDate,
  impolite,
  newestIssue,
  problem,
  publishedAt,
} from "./answer.ts";
import { filledIn, movedToIssue } from "./nws-times.ts";

interface Cell {
  readonly lat: number;
  readonly lon: number;
  readonly points: string;
  /** By the path below /gridpoints. */
  readonly documents: Readonly<Record<string, string>>;
}

const CELLS: readonly Cell[] = [
  {
    lat: 30,
    lon: -85,
    points: "nws/pynws/points.json",
    documents: {
      "TAE/58,65": "nws/pynws/detailed_forecast.json",
      "TAE/58,65/forecast": "nws/pynws/gridpoints_forecast_relative_icon_us.json",
    },
  },
  {
    lat: 35.198,
    lon: -111.651,
    points: "nws/weather-gov/points_35.198_-111.651.json",
    documents: { "FGZ/74,89/forecast": "nws/weather-gov/gridpoints_FGZ_74_89_forecast.json" },
  },
  {
    lat: 21.305,
    lon: -157.858,
    points: "nws/weather-gov/points_21.305_-157.858.json",
    documents: { "HFO/154,145/forecast": "nws/weather-gov/gridpoints_HFO_154_145_forecast.json" },
  },
];
const DOCUMENTS: Readonly<Record<string, string>> = Object.assign({}, ...CELLS.map(({ documents }) => documents));

/** How far from a recorded place its cell answers, in degrees. */
const NEAR = 0.05;
const MINUTE = 60_000;
/** As long as the service lets caches keep an answer. */
const FRESH_MS = { points: 6 * 60 * MINUTE, forecast: 60 * MINUTE };

const found = (body: string, { now, modified, freshMs }: Record<"now" | "modified" | "freshMs", number>): Answer => ({
  status: 200,
  headers: {
    "content-type": "application/geo+json",
    "cache-control": `public, max-age=${freshMs / 1000}`,
    expires: httpDate(now + freshMs),
    "last-modified": httpDate(modified),
  },
  body,
});

const points = ({ path, now }: Asked): Answer => {
  const [latText = "", lonText = ""] = path.slice("/points/".length).split(",");
  const [lat, lon] = [coordinate(latText, 90), coordinate(lonText, 180)];
  if (lat === undefined || lon === undefined)
    return problem(400, "Bad Request", `Parameter "point" is invalid: ${latText},${lonText} is no place`);
  const cell = CELLS.find((each) => Math.abs(each.lat - lat) <= NEAR && Math.abs(each.lon - lon) <= NEAR);
  if (cell === undefined)
    return problem(
      404,
      "Data Unavailable For Requested Point",
      `Unable to provide data for requested point ${lat},${lon}`,
    );
  const today = Math.floor(now / 86_400_000) * 86_400_000;
  return found(filledIn(cell.points, today), { now, modified: today, freshMs: FRESH_MS.points });
};

/** A recorded document with its times moved to the newest issue; also one of another place, for `script`. */
export const nwsDocument = (file: string, { now, issuedBy }: Pick<Asked, "now" | "issuedBy">): Answer => {
  const { text, issue } = movedToIssue(file, (recordedAt) => newestIssue(recordedAt, issuedBy));
  return found(text, { now, modified: publishedAt(issue), freshMs: FRESH_MS.forecast });
};

/** `GET /points/{lat},{lon}`, `GET /gridpoints/{office}/{x},{y}` and its `/forecast`. */
export const nws = (asked: Asked): Answer => {
  const { path } = asked;
  const isPoint = path.startsWith("/points/");
  const refused = impolite(asked, isPoint ? [path] : []);
  if (refused !== undefined) return refused;
  if (isPoint) return points(asked);
  const cell = path.replace("/gridpoints/", "");
  const file = DOCUMENTS[cell];
  if (file !== undefined) return nwsDocument(file, asked);
  const hasPeriods = Object.hasOwn(DOCUMENTS, `${cell}/forecast`);
  return hasPeriods
    ? problem(503, "Forecast Grid Expired", `The forecast grid of ${cell} was issued too long ago and has expired.`)
    : problem(404, "Not Found", `${path} is not a valid resource path.`);
};
