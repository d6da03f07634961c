// A survey from above in Braille dots: north up, both directions to one scale, line numbers at the corners.
import { degreesIn } from "../src/document/crs.ts";
import { outlineOf, ringOf } from "../src/document/geojson.ts";
import type { Geometry } from "../src/document/metadata.ts";

type Point = readonly [x: number, y: number];

/** True where a trace is; asked with line numbers of the grid. */
export type Occupied = (slow: number, fast: number) => boolean;

const COLUMNS = 40;
const ROWS = 16;
/** Braille: 2 x 4 dots in each character, which is about twice as high as wide, so that dots stand square. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
const METRES_PER_DEGREE = 111_320;

/** From the file's coordinates to a plane: angles become metres, about enough for a picture. */
const planeOf = (geometry: Geometry): ((x: number, y: number) => Point) => {
  const degrees = degreesIn(geometry);
  if (!degrees) return (x, y) => [x, y];
  const [south, north] = geometry.extent?.y.map(degrees) ?? [0, 0];
  const shrink = Math.cos((((south ?? 0) + (north ?? 0)) / 2) * (Math.PI / 180));
  return (x, y) => [degrees(x) * METRES_PER_DEGREE * shrink, degrees(y) * METRES_PER_DEGREE];
};

interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly scale: number;
  /** Place in dots, from the upper left; and the middle of a dot. */
  readonly dotOf: (point: Point) => Point;
  readonly pointOf: (dot: Point) => Point;
}

const frameOf = (points: readonly Point[]): Frame | undefined => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.max((east - west) / (2 * COLUMNS), (north - south) / (4 * ROWS));
  if (!(scale > 0) || !Number.isFinite(scale)) return undefined;
  const [wide, high] = [east - west, north - south].map((extent) => Math.max(1, Math.ceil(extent / scale - 1e-9)));
  const dot = (distance: number, most = 1) => Math.min(most - 1, Math.floor(distance / scale));
  return {
    columns: ((wide ?? 1) + 1) >> 1,
    rows: ((high ?? 1) + 3) >> 2,
    scale,
    dotOf: ([x, y]) => [dot(x - west, wide), dot(north - y, high)],
    pointOf: ([right, down]) => [west + (right + 0.5) * scale, north - (down + 0.5) * scale],
  };
};

const canvasOf = ({ columns, rows }: Frame) => {
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  return {
    set: ([right, down]: Point): void => {
      const row = cells[down >> 2];
      if (row) row[right >> 1] = (row[right >> 1] ?? 0) | (BITS[down & 3]?.[right & 1] ?? 0);
    },
    lines: (): string[][] =>
      cells.map((row) => Array.from(row, (dots) => (dots === 0 ? " " : String.fromCodePoint(0x28_00 + dots)))),
  };
};

type Canvas = ReturnType<typeof canvasOf>;

const stroke = (canvas: Canvas, from: Point, to: Point): void => {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  for (let step = 0; step <= steps; step++) {
    const along = (at: 0 | 1) => Math.round(from[at] + ((to[at] - from[at]) * step) / steps);
    canvas.set([along(0), along(1)]);
  }
};

const drawOutline = (canvas: Canvas, frame: Frame, outline: readonly Point[]): void => {
  const points = outline.length > 2 ? ringOf(outline) : outline;
  for (const [at, point] of points.entries()) stroke(canvas, frame.dotOf(points[at - 1] ?? point), frame.dotOf(point));
};

interface Corner {
  readonly slow: number;
  readonly fast: number;
  readonly at: Point;
}

/** The line numbers at a point, by the plane through three corners of the grid; undefined when they lie on one line. */
const numbersAt = (corners: readonly Corner[]): ((point: Point) => Point) | undefined => {
  const [origin, ...others] = corners;
  const alongSlow = others.find(({ slow, fast }) => fast === origin?.fast && slow !== origin.slow);
  const alongFast = others.find(({ slow, fast }) => slow === origin?.slow && fast !== origin.fast);
  if (!origin || !alongSlow || !alongFast) return undefined;
  const [ax, ay] = [alongSlow.at[0] - origin.at[0], alongSlow.at[1] - origin.at[1]];
  const [bx, by] = [alongFast.at[0] - origin.at[0], alongFast.at[1] - origin.at[1]];
  const area = ax * by - ay * bx;
  if (area === 0) return undefined;
  return ([x, y]) => {
    const [dx, dy] = [x - origin.at[0], y - origin.at[1]];
    return [
      origin.slow + ((dx * by - dy * bx) / area) * (alongSlow.slow - origin.slow),
      origin.fast + ((ax * dy - ay * dx) / area) * (alongFast.fast - origin.fast),
    ];
  };
};

const nearest = (value: number, { min, step }: { readonly min: number; readonly step: number }): number =>
  min + Math.round((value - min) / step) * step;

/** Sets every dot under which the grid has a trace; false when there is no grid to ask. */
const fill = (
  canvas: Canvas,
  frame: Frame,
  ask: { corners: readonly Corner[]; geometry: Geometry; occupied: Occupied },
) => {
  const { slow, fast } = ask.geometry;
  const numbers = numbersAt(ask.corners);
  if (!slow || !fast || !numbers) return false;
  let dots = 0;
  for (let down = 0; down < 4 * frame.rows; down++) {
    for (let right = 0; right < 2 * frame.columns; right++) {
      const [line, crossline] = numbers(frame.pointOf([right, down]));
      if (!ask.occupied(nearest(line, slow), nearest(crossline, fast))) continue;
      canvas.set([right, down]);
      dots += 1;
    }
  }
  return dots > 0;
};

/** Writes a text beside the dots of a row, left or right of them; false when something stands there. */
const writeBeside = (row: string[] | undefined, text: string, left: boolean): boolean => {
  if (!row) return false;
  const dots = left ? row.findIndex((cell) => cell !== " ") : row.findLastIndex((cell) => cell !== " ");
  const start = left ? dots - text.length - 1 : dots + 2;
  if (dots < 0 || start < 0 || start + text.length > row.length) return false;
  row.splice(start, text.length, ...Array.from(text));
  return true;
};

const labelled = (rows: readonly string[][], frame: Frame, corners: readonly Corner[]): readonly string[] => {
  const texts = corners.map(({ slow, fast }) => `${slow}/${fast}`);
  const margin = Array.from(" ".repeat(Math.max(0, ...texts.map((text) => text.length)) + 1));
  const grid = rows.map((row) => [...margin, ...row, ...margin]);
  for (const [at, corner] of corners.entries()) {
    const [right, down] = frame.dotOf(corner.at);
    const left = right < frame.columns;
    // Where two corners are near each other the second goes a row lower or higher, or nowhere.
    const near = [0, 1, -1].map((away) => grid[(down >> 2) + away]);
    near.some((row) => writeBeside(row, texts[at] ?? "", left));
  }
  return grid.map((row) => row.join("").trimEnd());
};

/** 1, 2 or 5 times a power of ten, at most a third of the map. */
const scaleBar = ({ scale }: Frame, unit: string): string => {
  const most = (scale * 2 * COLUMNS) / 3;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = ([5, 2, 1].find((digit) => digit * power <= most) ?? 1) * power;
  const columns = Math.max(2, Math.round(length / scale / 2));
  const text = unit === "m" && length >= 1000 ? `${length / 1000} km` : `${length} ${unit}`;
  return `├${"─".repeat(columns - 2)}┤ ${text}`;
};

/** At most 80 columns wide; no lines for a survey without extent. With `occupied` it is filled, and holes stay dark. */
export const surveyMap = (
  geometry: Geometry,
  options: { occupied?: Occupied; feet?: boolean } = {},
): readonly string[] => {
  const plane = planeOf(geometry);
  const corners = geometry.corners.map(({ slow, fast, x, y }) => ({ slow, fast, at: plane(x, y) }));
  const outline = outlineOf(geometry).map(([x, y]) => plane(x, y));
  const frame = frameOf([...outline, ...corners.map(({ at }) => at)]);
  if (!frame) return [];
  const canvas = canvasOf(frame);
  const { occupied } = options;
  const filled = occupied !== undefined && fill(canvas, frame, { corners, geometry, occupied });
  if (!filled) drawOutline(canvas, frame, outline);
  const unit = degreesIn(geometry) || !options.feet ? "m" : "ft";
  return [...labelled(canvas.lines(), frame, corners), "", `N ↑   ${scaleBar(frame, unit)}`];
};
