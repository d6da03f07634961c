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

/** A run by its line and its place in it, counted from the smallest numbers; a gather's offsets stand one after another. */
interface Placed {
  readonly line: number;
  readonly from: number;
  readonly length: number;
  readonly fold: number;
}

interface Box {
  readonly lines: Span;
  readonly places: Span;
}

/** A run lies within one line: in the frame of a lattice the ends of lines never touch. */
const placeRuns = (lattice: Lattice, runs: readonly CellRun[], inner: number): readonly Placed[] => {
  const { keysOf } = cellsOf(lattice);
  const place = (keys: readonly number[], at: number): number => {
    const { min = 0, step = 1 } = lattice.axes[at] ?? {};
    return Math.round(((keys[at] ?? min) - min) / step);
  };
  const fast = lattice.axes.length === 1 ? 0 : 1;
  return runs.map(([cell, length, fold]) => {
    const keys = keysOf(cell);
    return { line: fast === 0 ? 0 : place(keys, 0), from: place(keys, fast) * inner + place(keys, 2), length, fold };
  });
};

const boxOf = ({ axes }: Lattice, placed: readonly Placed[], inner: number): Box => {
  const lines = [...new Set(placed.map(({ line }) => line))].map((line): Span => [line, line]);
  const spans = placed.map(({ from, length }): Span => [
    Math.floor(from / inner),
    Math.floor((from + length - 1) / inner),
  ]);
  const [low, high] = grow(spans, (axes.length === 1 ? axes[0] : axes[1])?.count ?? 1);
  return {
    lines: axes.length === 1 ? [0, 0] : grow(lines, axes[0]?.count ?? 1),
    places: [low * inner, high * inner + inner - 1],
  };
};

/** The part of a run that is inside the box; none when it is a stray's. */
const clip = (run: Placed, { lines, places }: Box): Placed[] => {
  const from = Math.max(run.from, places[0]);
  const length = Math.min(run.from + run.length - 1, places[1]) - from + 1;
  return run.line < lines[0] || run.line > lines[1] || length <= 0 ? [] : [{ ...run, from, length }];
};

/** The first empty cells, line by line; the runs are in that order. */
const firstMissing = ({ lines, places }: Box, runs: readonly Placed[]): readonly Span[] => {
  const found: Span[] = [];
  let next = 0;
  for (let line = lines[0]; line <= lines[1] && found.length < MOST_CELLS; line++) {
    let at = places[0];
    while (at <= places[1] && found.length < MOST_CELLS) {
      const run = runs[next]?.line === line ? runs[next] : undefined;
      const until = run?.from ?? places[1] + 1;
      for (; at < until && found.length < MOST_CELLS; at++) found.push([line, at]);
      if (run) next += 1;
      at = run ? run.from + run.length : at;
    }
    while (runs[next]?.line === line) next += 1;
  }
  return found;
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const tracesIn = (runs: readonly Placed[]): number => sum(runs.map(({ length, fold }) => length * fold));

const extentsOf = ({ axes }: Lattice, { lines, places }: Box, inner: number): readonly Extent[] => {
  const fast: Span = [places[0] / inner, (places[1] + 1) / inner - 1];
  const spans: readonly Span[] = axes.length === 1 ? [fast] : [lines, fast, [0, inner - 1]];
  return axes.map((axis, at): Extent => {
    const [low, high] = spans[at] ?? [0, 0];
    return { axis, min: axis.min + low * axis.step, max: axis.min + high * axis.step, count: high - low + 1 };
  });
};

/** Of runs in the order of their cells. */
export const occupancyOf = (lattice: Lattice, runs: readonly CellRun[]): Occupancy => {
  const { axes } = lattice;
  const inner = axes[2]?.count ?? 1;
  const placed = placeRuns(lattice, runs, inner);
  const box = boxOf(lattice, placed, inner);
  const inBox = placed.flatMap((run) => clip(run, box));
  const occupied = sum(inBox.map(({ length }) => length));
  const cells = (box.lines[1] - box.lines[0] + 1) * (box.places[1] - box.places[0] + 1);
  const keysAt = ([line, place]: Span): readonly number[] => {
    const places = axes.length === 1 ? [place] : [line, Math.floor(place / inner), place % inner];
    return axes.map(({ min, step }, at) => min + (places[at] ?? 0) * step);
  };
  const folds = inBox.map(({ fold }) => fold);
  const twice = inBox
    .filter(({ fold }) => fold > 1)
    .slice(0, MOST_CELLS)
    .flatMap(({ line, from, length }) =>
      Array.from({ length: Math.min(length, MOST_CELLS) }, (_, more): Span => [line, from + more]),
    );
  return {
    extents: extentsOf(lattice, box, inner),
    cells,
    occupied,
    repeated: tracesIn(inBox) - occupied,
    fold: [folds.reduce((a, b) => Math.min(a, b), folds[0] ?? 0), folds.reduce((a, b) => Math.max(a, b), 0)],
    strays: tracesIn(placed) - tracesIn(inBox),
    missingCells: occupied === cells ? [] : firstMissing(box, inBox).map(keysAt),
    duplicateCells: lattice.folded ? [] : twice.slice(0, MOST_CELLS).map(keysAt),
  };
};
