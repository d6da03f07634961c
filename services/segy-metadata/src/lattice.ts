// The grid of a survey: one to three axes (line, crossline, offset), from the slowest to the fastest in the file.
import type { Field } from "./field.ts";

export interface Axis {
  readonly field: Field;
  /** Smallest number that the survey of the file saw on this axis. */
  readonly min: number;
  readonly step: number;
  /** Numbers from `min` on. */
  readonly count: number;
  /** 1: the numbers grow through the file; -1: they fall. */
  readonly direction: 1 | -1;
}

export interface Lattice {
  readonly axes: readonly Axis[];
  /** Every second line runs the other way. */
  readonly snake: boolean;
  /** A cell holds several traces (a gather), which no axis tells apart. */
  readonly folded: boolean;
}

/** Numbers that the survey did not see may lie this far outside on each side. */
const margin = ({ count }: Axis): number => Math.max(64, Math.ceil(count / 4));

/** How the numbers of a trace become positions: `cell` names it among all cells, `rank` is its place in file order. */
export interface Cells {
  /** Position on each axis, 0 at `min`; undefined when one is off its axis. */
  readonly positions: (keys: ArrayLike<number>) => readonly number[] | undefined;
  /** Ordinal in a frame that is wider than the lattice, so that the ends of lines never touch; -1 off the lattice. */
  readonly cell: (keys: ArrayLike<number>) => number;
  /** Place in the order of the file, counted in traces of a full lattice; only differences mean something. */
  readonly rank: (keys: ArrayLike<number>) => number;
  /** The numbers that a cell stands for. */
  readonly keysOf: (cell: number) => readonly number[];
  /** Cells in one line of the fastest axis, with the margins. */
  readonly frameWidth: number;
}

export const cellsOf = ({ axes, snake }: Lattice): Cells => {
  const margins = axes.map(margin);
  const widths = axes.map((axis, at) => axis.count + 2 * (margins[at] ?? 0));
  const slow = snake ? axes.length - 2 : -1;
  const position = (at: number, key: number): number => {
    const axis = axes[at];
    return axis ? (key - axis.min) / axis.step : Number.NaN;
  };
  const cell = (keys: ArrayLike<number>): number => {
    let ordinal = 0;
    for (let at = 0; at < axes.length; at++) {
      const place = position(at, keys[at] ?? Number.NaN) + (margins[at] ?? 0);
      const width = widths[at] ?? 0;
      if (!(place >= 0 && place < width) || place % 1 !== 0) return -1;
      ordinal = ordinal * width + place;
    }
    return ordinal;
  };
  const rank = (keys: ArrayLike<number>): number => {
    let place = 0;
    let flip = false;
    for (const [at, { count, direction }] of axes.entries()) {
      const along = position(at, keys[at] ?? Number.NaN);
      place = place * count + ((direction === 1) === flip ? count - 1 - along : along);
      flip = at === slow && Math.abs(along % 2) === 1;
    }
    return place;
  };
  return {
    positions: (keys) => (cell(keys) < 0 ? undefined : axes.map((_, at) => position(at, keys[at] ?? Number.NaN))),
    cell,
    rank,
    keysOf: (ordinal) => {
      const keys: number[] = [];
      let rest = ordinal;
      for (let at = axes.length - 1; at >= 0; at--) {
        const { min = 0, step = 1 } = axes[at] ?? {};
        const width = widths[at] ?? 1;
        keys.unshift(min + ((rest % width) - (margins[at] ?? 0)) * step);
        rest = Math.floor(rest / width);
      }
      return keys;
    },
    frameWidth: widths.at(-1) ?? 1,
  };
};
