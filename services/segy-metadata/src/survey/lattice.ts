// The grid of a survey: one to three axes (line, crossline, offset), from the slowest to the fastest in the file.
import type { Field } from "../segy/field.ts";

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
  /** Every second line runs the other way along the second axis; the first one of the file runs in its direction. */
  readonly snake: boolean;
  /** A cell holds several traces (a gather), which no axis tells apart. */
  readonly folded: boolean;
  /** Tells the traces of a folded cell apart: the offset, when the file has several. */
  readonly member?: Field;
}

/**
 * Numbers that the survey did not see may lie this far outside on each side. Not on a third axis: whole gathers then
 * stand next to each other, and the first and last trace of a sorted file have the smallest and largest offset.
 */
const margin = ({ count }: Axis, at: number): number => (at > 1 ? 0 : Math.max(64, Math.ceil(count / 4)));

/** How the numbers of a trace become positions: `cell` names it among all cells, `rank` is its place in file order. */
export interface Cells {
  /** Ordinal in a frame that is wider than the lattice, so that the ends of lines never touch; -1 off the lattice. */
  readonly cell: (keys: ArrayLike<number>) => number;
  /** Place of a cell of the frame in the order of the file; rises through a sorted file. */
  readonly rank: (keys: ArrayLike<number>) => number;
  /** From one rank to another in traces of a full lattice; 1 for neighbours. What sticks out of the lattice is free. */
  readonly step: (from: number, to: number) => number;
  /** Of a rank on each axis, counted from where a full lattice begins in the file; beyond it where it sticks out. */
  readonly places: (rank: number) => readonly number[];
  /** The cell at such places. */
  readonly cellAt: (places: readonly number[]) => number;
  /** The numbers that a cell stands for. */
  readonly keysOf: (cell: number) => readonly number[];
  /** Cells in one line of the fastest axis, with the margins. */
  readonly frameWidth: number;
}

/** One axis with the numbers that arithmetic needs. */
interface Scale extends Axis {
  readonly margin: number;
  readonly width: number;
  /** Whether it runs the other way on every second number of the axis before. */
  readonly turns: boolean;
}

/** A position counted from the end of the axis where the file begins, and back: it is its own inverse. */
const turn = ({ direction, turns, count }: Scale, at: number, before: number): number =>
  (direction === 1) === (turns && Math.abs(before % 2) === 1) ? count - 1 - at : at;

const cellOf = (scales: readonly Scale[], keys: ArrayLike<number>): number => {
  let cell = 0;
  for (let at = 0; at < scales.length; at++) {
    const scale = scales[at];
    if (!scale) break;
    const place = ((keys[at] ?? Number.NaN) - scale.min) / scale.step + scale.margin;
    if (!(place >= 0 && place < scale.width) || place % 1 !== 0) return -1;
    cell = cell * scale.width + place;
  }
  return cell;
};

const rankOf = (scales: readonly Scale[], keys: ArrayLike<number>): number => {
  let rank = 0;
  let digit = 0;
  let at = 0;
  for (const scale of scales) {
    digit = turn(scale, ((keys[at++] ?? Number.NaN) - scale.min) / scale.step, digit);
    rank = rank * scale.width + digit + scale.margin;
  }
  return rank;
};

const digitsOf = (ordinal: number, widths: readonly number[]): readonly number[] => {
  const digits: number[] = [];
  let rest = ordinal;
  for (const width of widths.toReversed()) {
    digits.unshift(rest % width);
    rest = Math.floor(rest / width);
  }
  return digits;
};

export const cellsOf = ({ axes, snake, folded }: Lattice): Cells => {
  const scales = axes.map((axis, at): Scale => {
    const width = axis.count + 2 * margin(axis, at);
    return { ...axis, margin: margin(axis, at), width, turns: snake && at === 1 };
  });
  const widths = scales.map(({ width }) => width);
  const frameWidth = widths.at(-1) ?? 1;
  const placesOf = (ordinal: number): readonly number[] => {
    const digits = digitsOf(ordinal, widths);
    return scales.map(({ margin }, at) => (digits[at] ?? 0) - margin);
  };
  /** Ordinal in the full lattice; what sticks out of a line counts as the end of that line. */
  const nearest = (rank: number): number => {
    const [first = 0, ...others] = placesOf(rank);
    return others.reduce((sum, place, at) => {
      const { count = 1 } = axes[at + 1] ?? {};
      return sum * count + Math.min(count - 1, Math.max(0, place));
    }, first);
  };
  return {
    cell: (keys) => cellOf(scales, keys),
    keysOf: (cell) => {
      const places = placesOf(cell);
      return axes.map(({ min, step }, at) => min + (places[at] ?? 0) * step);
    },
    // The order inside a line of gathers is anybody's: by offset, by crossline, by both.
    rank: (keys) => rankOf(folded ? scales.slice(0, 1) : scales, keys),
    step: (from, to) => {
      if (folded) return to - from;
      if (Math.floor(from / frameWidth) === Math.floor(to / frameWidth)) return to - from;
      const step = nearest(to) - nearest(from);
      return to > from ? Math.max(1, step) : Math.min(-1, step);
    },
    places: placesOf,
    cellAt: (places) =>
      scales.reduce((cell, scale, at) => {
        const place = turn(scale, places[at] ?? 0, places[at - 1] ?? 0);
        return cell * scale.width + place + scale.margin;
      }, 0),
    frameWidth,
  };
};
