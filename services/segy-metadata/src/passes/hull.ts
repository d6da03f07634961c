// The outline of many points, kept as the farthest point in each of 64 directions: small, and the same however the
// points were cut into parts.

const DIRECTIONS = 64;
const HALF = DIRECTIONS / 2;
const COS = Float64Array.from({ length: HALF }, (_, at) => Math.cos((at * Math.PI) / HALF));
const SIN = Float64Array.from({ length: HALF }, (_, at) => Math.sin((at * Math.PI) / HALF));

export interface HullCollector {
  readonly add: (x: number, y: number) => void;
  readonly end: () => readonly number[];
}

export const collectHull = (): HullCollector => {
  const far = new Float64Array(DIRECTIONS).fill(-Infinity);
  const xs = new Float64Array(DIRECTIONS);
  const ys = new Float64Array(DIRECTIONS);
  /** Of equally far points the one with the smaller x, then y, so that the order of the points does not matter. */
  const consider = (at: number, distance: number, x: number, y: number): void => {
    const oldX = xs[at] ?? 0;
    if (distance === far[at] && (x > oldX || (x === oldX && y >= (ys[at] ?? 0)))) return;
    far[at] = distance;
    xs[at] = x;
    ys[at] = y;
  };
  return {
    add: (x, y) => {
      for (let at = 0; at < HALF; at++) {
        const distance = x * (COS[at] ?? 0) + y * (SIN[at] ?? 0);
        if (distance >= (far[at] ?? 0)) consider(at, distance, x, y);
        if (-distance >= (far[at + HALF] ?? 0)) consider(at + HALF, -distance, x, y);
      }
    },
    end: () => (far[0] === -Infinity ? [] : Array.from(xs).flatMap((x, at) => [x, ys[at] ?? 0])),
  };
};

export const mergeHulls = (a: readonly number[], b: readonly number[]): readonly number[] => {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const both = collectHull();
  for (const hull of [a, b]) for (let at = 0; at < hull.length; at += 2) both.add(hull[at] ?? 0, hull[at + 1] ?? 0);
  return both.end();
};

/** Corners of the convex outline, counter-clockwise, each once. */
export const outlineOf = (hull: readonly number[]): readonly (readonly [number, number])[] => {
  const corners: [number, number][] = [];
  for (let at = 0; at < hull.length; at += 2) {
    const [x, y] = [hull[at] ?? 0, hull[at + 1] ?? 0];
    if (!corners.some(([oldX, oldY]) => oldX === x && oldY === y)) corners.push([x, y]);
  }
  return corners;
};
