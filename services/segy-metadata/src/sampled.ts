// The sampled pass: a few thousand trace headers, and what the places of all others must be if the file is sorted.
import { HEADER_BYTES } from "./field.ts";
import { cellsOf, type Cells } from "./lattice.ts";
import type { Basis, Metadata } from "./metadata.ts";
import { anomalyOf, type Partial } from "./partial.ts";
import { openPass } from "./pass.ts";
import type { Plan } from "./plan.ts";
import { drawTraces, outOfOrder, probing, shareBelow95, type Probe } from "./probes.ts";
import type { ReadAt } from "./read-at.ts";
import { addUp, MOST_RUNS, type CellRun } from "./runs.ts";

const DRAWN = 2048;
const MOST_READ = 30_000;
/** Headers stay in memory until the end. */
const MOST_BYTES = 64 * 1024 ** 2;
/** After so many rounds only halving is left, so that the rounds stay few whatever the file holds. */
const GUESSES = 8;

export interface Sampled extends Pick<Basis, "tracesRead" | "settledShare" | "deviatingShareBelow95"> {
  /** Of all traces: fields, outline and anomalies of the headers read, cells also of what they force. */
  readonly partial: Partial;
  readonly confidence: Extract<Metadata["confidence"], "proved-if-sorted" | "sampled">;
}

/** The traces between two probes: next to each other in a list, not in the file. */
type Interval = readonly [Probe, Probe];

const intervalsOf = (probes: readonly Probe[]): readonly Interval[] =>
  probes.slice(1).flatMap((next, at): Interval[] => {
    const probe = probes[at];
    return probe ? [[probe, next]] : [];
  });

interface Grid extends Cells {
  /** Traces in a full line. */
  readonly lineTraces: number;
  readonly folded: boolean;
}

const gridOf = ({ lattice }: Plan): Grid | null =>
  lattice && { ...cellsOf(lattice), lineTraces: lattice.axes.at(-1)?.count ?? 1, folded: lattice.folded };

const onOneLine = ({ frameWidth }: Grid, [a, b]: Interval): boolean =>
  Math.floor(a.cell / frameWidth) === Math.floor(b.cell / frameWidth);

/** As many traces as cells lie between: in a sorted file each must stand in its own. */
const isForced = (grid: Grid | null, interval: Interval): boolean => {
  const [a, b] = interval;
  const traces = b.trace - a.trace;
  if (traces === 1) return true;
  if (!grid || grid.folded) return false;
  return b.ordinal - a.ordinal === traces || (onOneLine(grid, interval) && b.rank - a.rank === traces);
};

/** The trace that tells most about an interval: where a full line would end or begin, else the middle. */
const nextProbe = ({ lineTraces }: Grid, [a, b]: Interval, round: number): readonly number[] => {
  if (a.cell < 0 && b.cell < 0) return []; // nothing would settle it but reading all
  const lines = Math.floor(b.ordinal / lineTraces) - Math.floor(a.ordinal / lineTraces);
  if (round < GUESSES && (lines === 1 || lines === 2)) {
    const lineEnd = a.trace + Math.max(1, lineTraces - 1 - (a.ordinal % lineTraces));
    const lineStart = b.trace - Math.max(1, b.ordinal % lineTraces);
    if (lineEnd < b.trace) return [lineEnd];
    if (lineStart > a.trace) return [lineStart];
  }
  return [Math.floor((a.trace + b.trace) / 2)];
};

/** Looks into open intervals, all of them a little, until none is open or no more headers may be read. */
const settle = async (
  look: ReturnType<typeof probing>,
  grid: Grid,
  { drawn, most }: { drawn: readonly Probe[]; most: number },
) => {
  let probes = drawn;
  for (let round = 0; ; round++) {
    const open = intervalsOf(probes).filter((interval) => !isForced(grid, interval));
    const wanted = open.flatMap((interval) => nextProbe(grid, interval, round)).slice(0, most - probes.length);
    if (wanted.length === 0) return probes;
    probes = [...probes, ...(await look(wanted))].toSorted((a, b) => a.trace - b.trace);
  }
};

/** Cells of the traces inside a forced interval: of one line, or line by line. */
const cellsBetween = (grid: Grid, interval: Interval): readonly CellRun[] => {
  const [a, b] = interval;
  if (b.trace - a.trace === 1) return [];
  if (onOneLine(grid, interval)) return [[Math.min(a.cell, b.cell) + 1, b.trace - a.trace - 1, 1]];
  const runs: CellRun[] = [];
  for (let from = a.ordinal + 1; from < b.ordinal && runs.length <= MOST_RUNS;) {
    const end = Math.min(b.ordinal, from - (from % grid.lineTraces) + grid.lineTraces);
    const [first, last] = [grid.cellAt(from), grid.cellAt(end - 1)];
    runs.push([Math.min(first, last), end - from, 1]);
    from = end;
  }
  return runs;
};

/** Null when they are too many to keep, or when the lattice does not tell the traces of a cell apart. */
const cellsKnown = (grid: Grid, probes: readonly Probe[], forced: readonly Interval[]): Partial["cells"] => {
  if (grid.folded) return null;
  const runs: CellRun[] = probes.flatMap(({ cell }): CellRun[] => (cell < 0 ? [] : [[cell, 1, 1]]));
  for (const interval of forced) {
    runs.push(...cellsBetween(grid, interval));
    if (runs.length > 4 * MOST_RUNS) return null;
  }
  const sum = addUp(runs);
  return sum.length > MOST_RUNS ? null : sum;
};

const partialOf = (plan: Plan, grid: Grid | null, probes: readonly Probe[]): Partial => {
  const pass = openPass(plan);
  for (const { trace, header } of probes) pass.take(trace, header, 0);
  const partial = pass.end(0, plan.layout.traces);
  if (!grid) return { ...partial, unknown: plan.layout.traces };
  const intervals = intervalsOf(probes);
  const forced = intervals.filter((interval) => isForced(grid, interval));
  const open = intervals.filter((interval) => !isForced(grid, interval));
  // The pass sees breaks between neighbours of the file only.
  const breaks = intervalsOf(probes.filter(({ cell }) => cell >= 0)).filter(([a, b]) => b.rank < a.rank);
  return {
    ...partial,
    cells: cellsKnown(grid, probes, forced),
    unknown: open.reduce((sum, [a, b]) => sum + b.trace - a.trace - 1, 0),
    anomalies: {
      ...partial.anomalies,
      ...(breaks.length > 0 && { "order-break": anomalyOf(breaks.map(([, { trace }]) => trace)) }),
    },
  };
};

/**
 * Reads about 2,100 headers of a regular file, more of a ragged one, and never more than the budget. What it says of
 * the other traces holds if the file is sorted, which the headers read can disprove only: it is never exact.
 */
export const sampleTraces = async (
  source: ReadAt,
  plan: Plan,
  { budget = MOST_READ }: { readonly budget?: number } = {},
): Promise<Sampled> => {
  const { traces, traceHeaders } = plan.layout;
  const most = Math.min(budget, Math.floor(MOST_BYTES / (HEADER_BYTES * traceHeaders)));
  const grid = gridOf(plan);
  const look = probing(source, plan);
  const chosen = new Set(drawTraces(Math.min(DRAWN, most - 2), plan));
  const drawn = await look([...new Set([0, ...chosen, traces - 1])]);
  const random = drawn.filter(({ trace }) => chosen.has(trace)).map(({ rank }) => rank);
  const probes = grid && !grid.folded ? await settle(look, grid, { drawn, most }) : drawn;
  const partial = partialOf(plan, grid, probes);
  const rising = intervalsOf(probes).every(([a, b]) => b.rank > a.rank);
  return {
    partial,
    confidence: rising && partial.unknown === 0 ? "proved-if-sorted" : "sampled",
    tracesRead: probes.length,
    settledShare: 1 - partial.unknown / traces,
    deviatingShareBelow95: grid ? shareBelow95(random.length, outOfOrder(random, grid.folded)) : 1,
  };
};
