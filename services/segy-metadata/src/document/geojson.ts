// The outline of a survey on a map: GeoJSON after RFC 7946.
import { crsOfEpsg, crsOfSurvey, degreesIn, liesIn, toWgs84 } from "./crs.ts";
import type { Geometry, Metadata } from "./metadata.ts";

type Position = readonly [number, number];

type Shape =
  | { readonly type: "Point"; readonly coordinates: Position }
  | { readonly type: "LineString"; readonly coordinates: readonly Position[] }
  | { readonly type: "Polygon"; readonly coordinates: readonly (readonly Position[])[] };

interface Feature {
  readonly type: "Feature";
  readonly geometry: Shape | null;
  readonly properties: Readonly<Record<string, string | number | null>>;
}

export interface FeatureCollection {
  readonly type: "FeatureCollection";
  readonly features: readonly Feature[];
  /** Only where the coordinates are not longitude and latitude. */
  readonly note?: string;
}

export interface CrsUnknown {
  readonly problem: "crs-unknown";
  readonly detail: string;
}

/** Of the cells: from here on the four corners say where the survey is, below its convex outline does. */
const NEARLY_FULL = 0.95;

const unknown = (detail: string): CrsUnknown => ({ problem: "crs-unknown", detail });

/** RFC 7946 §11.2: more than seven decimals (1 cm) are noise. */
const rounded = ([x, y]: Position): Position => [Math.round(x * 1e7) / 1e7, Math.round(y * 1e7) / 1e7];

/** A convex ring counter-clockwise (RFC 7946 §3.1.6) and closed, whatever the order of its points. */
export const ringOf = (points: readonly Position[]): readonly Position[] => {
  const [x, y] = [0, 1].map((at) => points.reduce((sum, point) => sum + (point[at] ?? 0), 0) / points.length);
  const angle = (point: Position) => Math.atan2(point[1] - (y ?? 0), point[0] - (x ?? 0));
  const sorted = points.toSorted((a, b) => angle(a) - angle(b));
  return [...sorted, ...sorted.slice(0, 1)];
};

/** A 2D line is drawn from end to end: its outline is convex, and knows the bends only as a width. */
const STRAIGHT = 0.02;

/** The two points farthest from each other, if all others are near the line between them; else all. */
const straightened = (points: readonly Position[]): readonly Position[] => {
  const pairs = points.flatMap((from, at) => points.slice(at + 1).map((to) => [from, to] as const));
  const length = ([[ax, ay], [bx, by]]: (typeof pairs)[number]) => Math.hypot(bx - ax, by - ay);
  const [ends] = pairs.toSorted((a, b) => length(b) - length(a));
  if (!ends) return points;
  const [[ax, ay], [bx, by]] = ends;
  const isNear = ([x, y]: Position) =>
    Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) <= STRAIGHT * length(ends) ** 2;
  return points.every(isNear) ? ends : points;
};

const shapeOf = (points: readonly Position[]): Shape | null => {
  const [first, ...others] = points;
  if (first === undefined) return null; // RFC 7946 §3.2: a feature without a place
  if (others.length === 0) return { type: "Point", coordinates: first };
  if (others.length === 1) return { type: "LineString", coordinates: points };
  return { type: "Polygon", coordinates: [ringOf(points)] };
};

/** The file's own points of the outline: corners of a full grid, ends of a 2D line, else the convex outline. */
export const outlineOf = ({ corners, outline, fill, class: kind }: Geometry): readonly Position[] => {
  if (kind.startsWith("2d")) return straightened(outline);
  return kind.startsWith("3d") && corners.length === 4 && (fill ?? 0) >= NEARLY_FULL
    ? corners.map(({ x, y }) => [x, y])
    : outline;
};

/** From the file's coordinates to those of the map; a problem when their system is not known. */
const projection = (document: Metadata, geometry: Geometry, wanted?: string) => {
  const crs = wanted === undefined ? crsOfSurvey(document) : crsOfEpsg(wanted);
  const asking = "ask with crs=EPSG:<code>, or crs=none for the values as they are";
  const systems = "UTM zones and degrees on WGS 84, ED50, ETRS89, NAD27 and NAD83";
  if (!crs)
    return unknown(wanted ? `${wanted} is none of ${systems}` : `The text header does not name one system: ${asking}`);
  const degrees = degreesIn(geometry);
  const angular = ([x, y]: Position): Position => (degrees ? [degrees(x), degrees(y)] : [x, y]);
  const { x = [0, 0], y = [0, 0] } = geometry.extent ?? {};
  const lies = liesIn(crs, angular([x[0], y[0]])) && liesIn(crs, angular([x[1], y[1]]));
  if (!lies || (degrees && !crs.geographic)) return unknown(`The coordinates of this file cannot be ${crs.name}`);
  return { crs, to: (point: Position) => toWgs84(crs, angular(point)) };
};

/**
 * Outline (polygon; in 2D a line, if it is straight) and corners with their line numbers, in WGS 84 (RFC 7946). `crs`
 * is `EPSG:<code>` in place of what the text header says, or `none`: then the file's own values, with a note.
 */
export const toGeoJson = (document: Metadata, crs?: string): FeatureCollection | CrsUnknown => {
  const { id, source, confidence, geometry } = document;
  const outline = geometry ? outlineOf(geometry) : [];
  const plain = crs === "none" || outline.length === 0;
  const known = plain || !geometry ? undefined : projection(document, geometry, crs);
  if (known && "problem" in known) return known;
  const place = (point: Position) => rounded(known ? known.to(point) : point);
  const corners = (geometry?.corners ?? []).map(({ slow, fast, x, y }) => ({
    type: "Feature" as const,
    geometry: shapeOf([place([x, y])]),
    properties: { id, slow, fast, x, y },
  }));
  const about = { id, key: source.key, class: geometry?.class ?? null, confidence, crs: known?.crs.name ?? null };
  return {
    type: "FeatureCollection",
    features: [{ type: "Feature", geometry: shapeOf(outline.map(place)), properties: about }, ...corners],
    ...(crs === "none" && { note: "Coordinates as in the file, in its own system: not longitude and latitude" }),
  };
};
