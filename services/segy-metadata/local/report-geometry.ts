// The part of the report that says where the traces lie: the grid of their numbers, and their places on the earth.
import { crsOfSurvey, degreesIn, liesIn, toWgs84 } from "../src/document/crs.ts";
import type { Geometry, Metadata } from "../src/document/metadata.ts";
import { count, decimal, plural, share } from "./numbers.ts";
import { heading, row, type Line } from "./terminal.ts";

const MOST_CELLS = 8;

export const CLASS_NAMES: Readonly<Record<Geometry["class"], string>> = {
  "3d-poststack": "3D post-stack",
  "3d-prestack": "3D pre-stack",
  "2d-poststack": "2D post-stack",
  "2d-prestack": "2D pre-stack",
  "shot-gather": "shot gathers",
  unknown: "unknown kind of survey",
};
/** What the numbers of a field count, where they are no lines of a 3D grid. */
const NOUNS: Readonly<Record<string, string>> = {
  ffid: "shot",
  espnum: "shot",
  sp: "shot",
  chan: "channel",
  cdp: "CDP",
};
const DIRECTIONS: Readonly<Record<string, string>> = { "+": "rising", "-": "falling", "±": "to and fro" };

/** Units of trace header 89 that are angles. */
const ANGLES: Readonly<Record<number, string>> = { 2: "arc seconds", 3: "degrees", 4: "degrees, minutes and seconds" };

/** What the numbers of the axes count. */
interface Nouns {
  readonly slow: string;
  readonly fast: string;
  readonly offset: string;
}

type AxisRange = NonNullable<Geometry["slow"]>;

const nounOf = (axis: AxisRange | null): string => NOUNS[axis?.name ?? ""] ?? axis?.name ?? "";

/** What the axes count: lines and crosslines in 3D. */
const nounsOf = ({ class: kind, slow, fast }: Geometry): Nouns => {
  if (kind.startsWith("3d")) return { slow: "line", fast: "crossline", offset: "offset" };
  return { slow: nounOf(slow), fast: nounOf(fast), offset: "offset" };
};

/** `+slow±fast` in words. */
const orderOf = (order: string, nouns: Nouns): string =>
  [...order.matchAll(/([+±-])([a-z]+)/g)]
    .map(([, sign = "", axis = ""]) => `${nouns[axis as keyof Nouns] ?? axis}s ${DIRECTIONS[sign] ?? sign}`)
    .join("; in each, ");

const axisLines = (label: string, axis: AxisRange | null): readonly Line[] => {
  if (!axis) return [];
  const { name, byte, min, max, step, count: numbers } = axis;
  const range = min === max ? `${min}` : `${min} to ${max}${step === 1 ? "" : ` by ${step}`}`;
  return row(label, `${name}, bytes ${byte}-${byte + 3}: ${range} (${count(numbers)})`);
};

const cellList = (cells: readonly (readonly number[])[], all: number): string => {
  const named = cells.slice(0, MOST_CELLS).map((keys) => keys.join("/"));
  return `${named.join(", ")}${all > named.length ? ", …" : ""}`;
};

const fillLines = ({
  fill,
  missing,
  duplicates,
  missingCells,
  duplicateCells,
  atLeast,
  fold,
}: Geometry): readonly Line[] => {
  const about = atLeast ? "at least " : "";
  const line = (label: string, number: number | null, cells: readonly (readonly number[])[]) =>
    number === null || number === 0 ? [] : row(label, `${about}${plural(number, "cell")}: ${cellList(cells, number)}`);
  const folds = fold && fold[1] > 1 ? `; fold ${fold[0]} to ${fold[1]}` : "";
  return [
    ...(fill === null
      ? []
      : row("filled", `${share(fill)} of the cells${missing === 0 ? ", none missing" : ""}${folds}`)),
    ...line("missing", missing, missingCells),
    ...line("duplicate", duplicates, duplicateCells),
  ];
};

const side = (value: number, names: string): string =>
  `${Math.abs(value).toFixed(3)}° ${(value < 0 ? names[1] : names[0]) ?? ""}`;

/** Where the middle of the survey lies in the world, if its system is known. */
const placeOf = (document: Metadata, geometry: Geometry): string => {
  const crs = crsOfSurvey(document);
  if (!crs) return "unknown: the text header does not name one";
  const degrees = degreesIn(geometry) ?? ((value: number) => value);
  const [x, y] = [geometry.extent?.x ?? [], geometry.extent?.y ?? []].map(([from = 0, to = 0]) =>
    degrees((from + to) / 2),
  );
  const middle = [x ?? 0, y ?? 0] as const;
  if (!geometry.extent || !liesIn(crs, middle)) return `${crs.name}, but the coordinates cannot be in it`;
  const [lon, lat] = toWgs84(crs, middle);
  return `${crs.name}; the middle is at ${side(lat, "NS")}, ${side(lon, "EW")} (WGS 84)`;
};

const range = (values: readonly number[] = []): string => [...new Set(values)].map(decimal).join(" to ");

/** `25 m from line to line, 12.5 m from crossline to crossline`: of the axes of which it is known. */
const perAxis = (
  values: readonly (number | null | undefined)[],
  text: (value: string, noun: string) => string,
  nouns: Nouns,
): string =>
  [nouns.slow, nouns.fast]
    .flatMap((noun, at) => (typeof values[at] === "number" ? text(decimal(values[at]), noun) : []))
    .join(", ");

const unitOf = (geometry: Geometry): string => {
  const unit = ANGLES[geometry.coordinates?.unit ?? 0];
  if (unit === undefined) return "";
  return degreesIn(geometry) ? `, ${unit}` : `, said to be ${unit}, which they cannot be`;
};

const coordinateLines = (document: Metadata, geometry: Geometry): readonly Line[] => {
  const { coordinates, extent, spacing, slowAzimuthDeg, fastAzimuthDeg, affineResidual } = geometry;
  const nouns = nounsOf(geometry);
  const metres = perAxis(
    [spacing?.slowMetres, spacing?.fastMetres],
    (value, noun) => `${value} m from ${noun} to ${noun}`,
    nouns,
  );
  const azimuths = perAxis([slowAzimuthDeg, fastAzimuthDeg], (value, noun) => `${noun}s grow towards ${value}°`, nouns);
  if (!coordinates) return row("coordinates", "none");
  const fit = affineResidual === null ? "" : `; the grid fits within ${decimal(affineResidual)}`;
  return [
    ...row("spacing", metres),
    ...row("azimuth", azimuths),
    ...row(
      "coordinates",
      `bytes ${coordinates.bytes.join(" and ")}, ${coordinates.type}, scalar ${coordinates.scalar}${unitOf(geometry)}${fit}`,
    ),
    ...row("x", range(extent?.x)),
    ...row("y", range(extent?.y)),
    ...row("system", placeOf(document, geometry)),
  ];
};

export const geometryLines = (document: Metadata, geometry: Geometry): readonly Line[] => {
  const { slow, fast, offset, order, score } = geometry;
  const nouns = nounsOf(geometry);
  const found = slow || fast ? `line numbers found with score ${decimal(score)}` : "no line numbers found";
  return [
    ...heading("Geometry"),
    ...row("kind", `${CLASS_NAMES[geometry.class]}; ${found}`),
    ...axisLines(nouns.slow, slow),
    ...axisLines(nouns.fast, fast),
    ...axisLines(nouns.offset, offset),
    ...row("order", order === null ? "" : orderOf(order, nouns)),
    ...fillLines(geometry),
    ...coordinateLines(document, geometry),
  ];
};
