// Which cells of a lattice are filled: the box around them, what is missing in it, and what is there twice.
import { cellsOf, type Axis, type Lattice } from "../survey/lattice.ts";
import type { CellRun } from "../passes/runs.ts";

export interface Extent {
  readonly axis: Axis;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export interface Occupancy {
  /** Smallest and largest number on each axis. */
  readonly extents: readonly Extent[];
  readonly cells: number;
  readonly occupied: number;
  /** Traces beyond the first in their cell. */
  readonly repeated: number;
  readonly fold: readonly [least: number, most: number];
  /** Traces on the lattice's step, but apart from all lines: strays. */
  readonly strays: number;
  readonly missingCells: readonly (readonly number[])[];
  readonly duplicateCells: readonly (readonly number[])[];
}

const MOST_CELLS = 100;
/** Numbers farther than this from the others are strays, not lines. */
const REACH = 2;

type Span = readonly [low: number, high: number];

/** The survey's own box, and what is used outside of it without a break. Places of no axis are strays. */
const grow = (used: readonly Span[], count: number): Span => {
  let box: [number, number] | undefined;
  let group: [number, number] | undefined;
  const close = (): void => {
    if (!group || group[1] < -REACH || group[0] > count - 1 + REACH) return;
    box = [Math.min(box?.[0] ?? group[0], group[0]), Math.max(box?.[1] ?? group[1], group[1])];
  };
  for (const [low, high] of used.toSorted((a, b) => a[0] - b[0])) {
    if (group && low - group[1] <= REACH) group[1] = Math.max(group[1], high);
    else {
      close();
      group = [low, high];
    }
  }
  close();
  return box ?? [0, count - 1];
};

interface Placed {
  /** Position of the run's first cell on each axis. */
  readonly places: readonly number[];
  readonly cell: number;
  readonly length: number;
  readonly fold: number;
}

/** Occupied places of one axis. A run lies within one line of the fastest axis: lines never touch in the frame. */
const usedPlaces = (runs: readonly Placed[], axis: number, axes: number): readonly Span[] => {
  const spans = runs.map(({ places, length }): Span => {
    const place = places[axis] ?? 0;
    return [place, axis === axes - 1 ? place + length - 1 : place];
  });
  return axis === axes - 1 ? spans : [...new Set(spans.map(([place]) => place))].map((place): Span => [place, place]);
};

/** Keys of the first empty cells, line by line. */
const firstMissing = (
  boxes: readonly Span[],
  runs: readonly Placed[],
  keysAt: (places: readonly number[]) => readonly number[],
): number[][] => {
  const last = boxes.length - 1;
  const [from, to] = boxes[last] ?? [0, -1];
  const byLine = Map.groupBy(runs, ({ places }) => places.slice(0, last).join(","));
  const found: number[][] = [];
  const places = boxes.map(([low]) => low);
  const nextLine = (): boolean => {
    for (let at = last - 1; at >= 0; at--) {
      const [low, high] = boxes[at] ?? [0, 0];
      if ((places[at] ?? 0) < high) {
        places[at] = (places[at] ?? 0) + 1;
        return true;
      }
      places[at] = low;
    }
    return false;
  };
  do {
    let at = from;
    const line = byLine.get(places.slice(0, last).join(",")) ?? [];
    for (const { places: start, length } of [...line, { places: [...places.slice(0, last), to + 1], length: 0 }]) {
      const runFrom = start[last] ?? 0;
      for (; at < runFrom && at <= to && found.length < MOST_CELLS; at++)
        found.push([...keysAt([...places.slice(0, last), at])]);
      at = Math.max(at, runFrom + length);
    }
  } while (found.length < MOST_CELLS && nextLine());
  return found;
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Of runs in the order of their cells. */
export const occupancyOf = (lattice: Lattice, runs: readonly CellRun[]): Occupancy => {
  const { keysOf } = cellsOf(lattice);
  const { axes } = lattice;
  const keysAt = (places: readonly number[]): readonly number[] =>
    axes.map(({ min, step }, at) => min + (places[at] ?? 0) * step);
  const placed = runs.map(([cell, length, fold]): Placed => {
    const keys = keysOf(cell);
    return { places: axes.map(({ min, step }, at) => Math.round(((keys[at] ?? 0) - min) / step)), cell, length, fold };
  });
  const boxes = axes.map(({ count }, at) => grow(usedPlaces(placed, at, axes.length), count));
  const inBox = placed.flatMap((run): Placed[] => clip(run, boxes));
  const occupied = sum(inBox.map(({ length }) => length));
  const total = (some: readonly Placed[]): number => sum(some.map(({ length, fold }) => length * fold));
  const extents = axes.map((axis, at): Extent => {
    const [low, high] = boxes[at] ?? [0, 0];
    return { axis, min: axis.min + low * axis.step, max: axis.min + high * axis.step, count: high - low + 1 };
  });
  const cells = extents.reduce((product, { count }) => product * count, 1);
  const folds = inBox.map(({ fold }) => fold);
  const twice = inBox.filter(({ fold }) => fold > 1);
  return {
    extents,
    cells,
    occupied,
    repeated: total(inBox) - occupied,
    fold: [folds.reduce((a, b) => Math.min(a, b), folds[0] ?? 0), folds.reduce((a, b) => Math.max(a, b), 0)],
    strays: total(placed) - total(inBox),
    missingCells: occupied === cells ? [] : firstMissing(boxes, inBox, keysAt),
    duplicateCells: lattice.folded
      ? []
      : twice
          .slice(0, MOST_CELLS)
          .flatMap(({ places, length }) =>
            Array.from({ length: Math.min(length, MOST_CELLS) }, (_, more) =>
              keysAt(places.map((place, at) => (at === axes.length - 1 ? place + more : place))),
            ),
          )
          .slice(0, MOST_CELLS),
  };
};

/** The part of a run that is inside the box; none when it is a stray's. */
const clip = (run: Placed, boxes: readonly Span[]): Placed[] => {
  const last = boxes.length - 1;
  const outside = run.places.some(
    (place, at) => at < last && (place < (boxes[at]?.[0] ?? 0) || place > (boxes[at]?.[1] ?? 0)),
  );
  if (outside) return [];
  const start = run.places[last] ?? 0;
  const [low, high] = boxes[last] ?? [0, -1];
  const from = Math.max(start, low);
  const length = Math.min(start + run.length - 1, high) - from + 1;
  if (length <= 0) return [];
  return [{ ...run, cell: run.cell + from - start, places: [...run.places.slice(0, last), from], length }];
};
