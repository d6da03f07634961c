// What a few probes prove about all traces between them, and where to look next so that they prove more.
import { cellsOf, type Cells } from "./lattice.ts";
import type { Plan } from "./plan.ts";
import type { probing, Probe } from "./probes.ts";

/** After so many rounds only halving is left, so that the rounds stay few whatever the file holds. */
const GUESSES = 4;
/** Strides of lines: 64, 8, 1. */
const COARSEST = 64;
const REFINING = 8;

/** The traces between two probes: next to each other in a list, not in the file. */
export type Interval = readonly [Probe, Probe];

export const intervalsOf = (probes: readonly Probe[]): readonly Interval[] =>
  probes.slice(1).flatMap((next, at): Interval[] => {
    const probe = probes[at];
    return probe ? [[probe, next]] : [];
  });

export interface Grid extends Cells {
  /** Traces in a full line. */
  readonly lineTraces: number;
  readonly folded: boolean;
}

export const gridOf = ({ lattice }: Plan): Grid | null =>
  lattice && { ...cellsOf(lattice), lineTraces: lattice.axes.at(-1)?.count ?? 1, folded: lattice.folded };

export const onOneLine = ({ frameWidth }: Grid, [a, b]: Interval): boolean =>
  Math.floor(a.cell / frameWidth) === Math.floor(b.cell / frameWidth);

/** As many traces as cells lie between: in a sorted file each must stand in its own. */
export const isForced = (grid: Grid | null, interval: Interval): boolean => {
  const [a, b] = interval;
  const traces = b.trace - a.trace;
  if (traces === 1) return true;
  if (!grid || grid.folded) return false;
  return b.ordinal - a.ordinal === traces || (onOneLine(grid, interval) && b.rank - a.rank === traces);
};

/** Places, in the order of the file, of the last trace of a line and of the first one of the next. */
interface LineBreak {
  readonly end: number;
  readonly start: number;
}

const lineOf = ({ lineTraces }: Grid, { ordinal }: Probe): number => Math.floor(ordinal / lineTraces);

const breaksOf = (grid: Grid, intervals: readonly Interval[]): ReadonlyMap<number, LineBreak> =>
  new Map(
    intervals.flatMap(([a, b]): (readonly [number, LineBreak])[] => {
      const line = lineOf(grid, a);
      if (b.trace - a.trace > 1 || lineOf(grid, b) !== line + 1) return [];
      return [[line, { end: a.ordinal % grid.lineTraces, start: b.ordinal % grid.lineTraces }]];
    }),
  );

/** A look at all open intervals; their line breaks in steps from coarse to fine, because outlines are smooth. */
interface Round {
  readonly grid: Grid;
  readonly breaks: ReadonlyMap<number, LineBreak>;
  /** Lines between those whose breaks are looked for now. */
  readonly stride: number;
  /** Of this stride, from 0. */
  readonly round: number;
}

/** Between those of the lines of the stride before; a full line where these are not known. */
const expectedBreak = ({ grid, breaks, stride }: Round, line: number): LineBreak => {
  const apart = stride * REFINING;
  const before = line - (line % apart);
  const a = breaks.get(before) ?? { end: grid.lineTraces - 1, start: 0 };
  const b = breaks.get(before + apart) ?? a;
  const between = (from: number, to: number): number => from + Math.round(((line - before) / apart) * (to - from));
  return { end: between(a.end, b.end), start: between(a.start, b.start) };
};

const halfway = ([a, b]: Interval): number => Math.floor((a.trace + b.trace) / 2);

/** Where the line is expected to end, or the next to begin; after a miss ever farther from there. */
const guess = (at: Round, interval: Interval): number => {
  const [a, b] = interval;
  const { lineTraces } = at.grid;
  const { end, start } = expectedBreak(at, lineOf(at.grid, a));
  const lineEnd = a.trace + end - (a.ordinal % lineTraces);
  const lineStart = b.trace + start - (b.ordinal % lineTraces);
  const reach = 8 ** Math.max(0, at.round - 1);
  const near = lineEnd <= a.trace ? a.trace + reach : b.trace - reach;
  return [lineEnd, lineStart, near].find((trace) => trace > a.trace && trace < b.trace) ?? halfway(interval);
};

/** The trace that tells most about an open interval, if any does in this round. */
const nextProbe = (at: Round, interval: Interval): readonly number[] => {
  const [a, b] = interval;
  if (a.cell < 0 && b.cell < 0) return []; // nothing would settle it but reading all
  const line = lineOf(at.grid, a);
  const lines = lineOf(at.grid, b) - line;
  const isBreak = lines === 1 || lines === 2;
  if (at.stride > 1 && !(isBreak && line % at.stride === 0)) return [];
  return [isBreak && at.round < GUESSES ? guess(at, interval) : halfway(interval)];
};

interface Drawn {
  readonly drawn: readonly Probe[];
  readonly look: ReturnType<typeof probing>;
  readonly most: number;
}

/** Looks into open intervals, all of them a little in each round, until none is open or no more may be read. */
export const settle = async (grid: Grid, { drawn, look, most }: Drawn): Promise<readonly Probe[]> => {
  let probes = drawn;
  for (let stride = COARSEST; stride >= 1; stride /= REFINING) {
    for (let round = 0; ; round++) {
      const intervals = intervalsOf(probes);
      const at = { grid, breaks: breaksOf(grid, intervals), stride, round };
      const open = intervals.filter((interval) => !isForced(grid, interval));
      const wanted = open.flatMap((interval) => nextProbe(at, interval)).slice(0, Math.max(0, most - probes.length));
      if (wanted.length === 0) break;
      probes = [...probes, ...(await look(wanted))].toSorted((a, b) => a.trace - b.trace);
    }
  }
  return probes;
};
