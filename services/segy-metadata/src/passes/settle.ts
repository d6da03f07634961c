// What a few probes prove about all traces between them, and where to look next so that they prove more.
import { cellsOf, type Cells, type Lattice } from "../survey/lattice.ts";
import type { probing, Probe } from "./probes.ts";

/** After so many rounds only halving is left, so that the rounds stay few whatever the file holds. */
const GUESSES = 4;
const REFINING = 8;
/** Strides of lines, and whether their breaks are first parted from each other. */
const STAGES = [512, 64, 8, 1].flatMap((stride) => [[stride, true] as const, [stride, false] as const]);

/** The traces between two probes: next to each other in a list, not in the file. */
export type Interval = readonly [Probe, Probe];

export const intervalsOf = (probes: readonly Probe[]): readonly Interval[] =>
  probes.slice(1).flatMap((next, at): Interval[] => {
    const probe = probes[at];
    return probe ? [[probe, next]] : [];
  });

/** The box around the lattice and all probes: the survey may not have seen the ends of its lines. */
export interface Grid extends Cells {
  readonly folded: boolean;
  /** Least place on each axis, and places from there on. */
  readonly box: readonly { readonly low: number; readonly count: number }[];
  /** Traces in a full line. */
  readonly lineTraces: number;
}

export const gridOf = (lattice: Lattice, probes: readonly Probe[]): Grid => {
  const box = lattice.axes.map(({ count }, at) => {
    let [low, high] = [0, count - 1];
    for (const { places } of probes) {
      low = Math.min(low, places[at] ?? low);
      high = Math.max(high, places[at] ?? high);
    }
    return { low, count: high - low + 1 };
  });
  return { ...cellsOf(lattice), folded: lattice.folded, box, lineTraces: box.at(-1)?.count ?? 1 };
};

/** Place among the traces of a full box; NaN off the lattice. */
export const ordinalOf = ({ box }: Grid, { places }: Probe): number => {
  let ordinal = 0;
  let at = 0;
  for (const { low, count } of box) ordinal = ordinal * count + (places[at++] ?? Number.NaN) - low;
  return ordinal;
};

export const cellAtOrdinal = ({ box, cellAt }: Grid, ordinal: number): number => {
  let rest = ordinal;
  const places = box.toReversed().map(({ low, count }, at) => {
    const place = at === box.length - 1 ? rest : rest % count;
    rest = Math.floor(rest / count);
    return place + low;
  });
  return cellAt(places.toReversed());
};

export const onOneLine = ({ frameWidth }: Grid, [a, b]: Interval): boolean =>
  Math.floor(a.cell / frameWidth) === Math.floor(b.cell / frameWidth);

/** As many traces as cells lie between: in a sorted file each must stand in its own. */
export const isForced = (grid: Grid, interval: Interval): boolean => {
  const [a, b] = interval;
  const traces = b.trace - a.trace;
  if (traces === 1) return true;
  if (grid.folded) return false;
  if (onOneLine(grid, interval)) return b.rank - a.rank === traces;
  return ordinalOf(grid, b) - ordinalOf(grid, a) === traces;
};

/** Places in a line of its last trace, and of the first one of the next line. */
interface LineBreak {
  readonly end: number;
  readonly start: number;
}

/** How many lines of the box lie before a probe, and how many traces of a full line. */
const lineAndPlace = (grid: Grid, probe: Probe): readonly [line: number, place: number] => {
  const ordinal = ordinalOf(grid, probe);
  return [Math.floor(ordinal / grid.lineTraces), ordinal % grid.lineTraces];
};

const breaksOf = (grid: Grid, intervals: readonly Interval[]): ReadonlyMap<number, LineBreak> => {
  const breaks = new Map<number, LineBreak>();
  for (const [a, b] of intervals) {
    if (b.trace - a.trace > 1) continue;
    const [[line, end], [next, start]] = [lineAndPlace(grid, a), lineAndPlace(grid, b)];
    if (next === line + 1) breaks.set(line, { end, start });
  }
  return breaks;
};

/** A look at all open intervals; their line breaks in steps from coarse to fine, because outlines are smooth. */
interface Round {
  readonly grid: Grid;
  readonly breaks: ReadonlyMap<number, LineBreak>;
  /** Lines between those whose breaks are looked for now. */
  readonly stride: number;
  /** First the intervals are cut until each has one break. */
  readonly parting: boolean;
  /** With this stride, from 0. */
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
  const [line, placeBefore] = lineAndPlace(at.grid, a);
  const [, placeAfter] = lineAndPlace(at.grid, b);
  const { end, start } = expectedBreak(at, line);
  const lineEnd = a.trace + end - placeBefore;
  const lineStart = b.trace + start - placeAfter;
  const reach = 8 ** Math.max(0, at.round - 1);
  const near = lineEnd <= a.trace ? a.trace + reach : b.trace - reach;
  return [lineEnd, lineStart, near].find((trace) => trace > a.trace && trace < b.trace) ?? halfway(interval);
};

/** The trace that tells most about an open interval, if any does in this round. */
const nextProbe = (at: Round, interval: Interval): readonly number[] => {
  const [a, b] = interval;
  if (a.cell < 0 && b.cell < 0) return []; // nothing would settle it but reading all
  const [[line], [lastLine]] = [lineAndPlace(at.grid, a), lineAndPlace(at.grid, b)];
  const lines = lastLine - line;
  const isOnStride = lines > 0 && Math.ceil(line / at.stride) * at.stride < lastLine;
  if (at.stride > 1 && !isOnStride) return [];
  if (!(lines === 1 || lines === 2)) return [halfway(interval)];
  if (at.parting) return [];
  return [at.round < GUESSES ? guess(at, interval) : halfway(interval)];
};

interface Drawn {
  readonly drawn: readonly Probe[];
  readonly look: ReturnType<typeof probing>;
  readonly most: number;
}

/** Looks into open intervals, all of them a little in each round, until none is open or no more may be read. */
export const settle = async (lattice: Lattice, { drawn, look, most }: Drawn): Promise<readonly Probe[]> => {
  let probes = drawn;
  for (const [stride, parting] of STAGES) {
    for (let round = 0; ; round++) {
      const grid = gridOf(lattice, probes);
      const intervals = intervalsOf(probes);
      const at = { grid, breaks: breaksOf(grid, intervals), stride, parting, round };
      const open = intervals.filter((interval) => !isForced(grid, interval));
      const wanted = open.flatMap((interval) => nextProbe(at, interval)).slice(0, Math.max(0, most - probes.length));
      if (wanted.length === 0) break;
      probes = [...probes, ...(await look(wanted))].toSorted((a, b) => a.trace - b.trace);
    }
  }
  return probes;
};
