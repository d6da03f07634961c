// The sampled pass: a few thousand trace headers, and what the places of all others must be if the file is sorted.
import { HEADER_BYTES } from "../segy/field.ts";
import type { Basis, Metadata } from "../document/metadata.ts";
import { anomalyOf, type Partial } from "./partial.ts";
import { openPass } from "./pass.ts";
import type { Plan } from "../survey/plan.ts";
import { drawTraces, outOfOrder, probing, shareBelow95, type Probe } from "./probes.ts";
import type { ReadAt } from "../segy/read-at.ts";
import { addUp, MOST_RUNS, type CellRun } from "./runs.ts";
import {
  cellAtOrdinal,
  gridOf,
  intervalsOf,
  isForced,
  onOneLine,
  ordinalOf,
  settle,
  type Grid,
  type Interval,
} from "./settle.ts";

const DRAWN = 2048;
const MOST_READ = 30_000;
/** Headers stay in memory until the end. */
const MOST_BYTES = 64 * 1024 ** 2;

export interface Sampled extends Pick<Basis, "tracesRead" | "settledShare" | "deviatingShareBelow95"> {
  /** Of all traces: fields, outline and anomalies of the headers read, cells also of what they force. */
  readonly partial: Partial;
  readonly confidence: Extract<Metadata["confidence"], "proved-if-sorted" | "sampled">;
}

/** Cells of the traces inside a forced interval: of one line, or line by line. */
const cellsBetween = (grid: Grid, interval: Interval): readonly CellRun[] => {
  const [a, b] = interval;
  if (b.trace - a.trace === 1) return [];
  if (onOneLine(grid, interval)) return [[Math.min(a.cell, b.cell) + 1, b.trace - a.trace - 1, 1]];
  const runs: CellRun[] = [];
  const until = ordinalOf(grid, b);
  for (let from = ordinalOf(grid, a) + 1; from < until && runs.length <= MOST_RUNS;) {
    const end = Math.min(until, from - (from % grid.lineTraces) + grid.lineTraces);
    const [first, last] = [cellAtOrdinal(grid, from), cellAtOrdinal(grid, end - 1)];
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

const partialOf = (plan: Plan, probes: readonly Probe[]): Partial => {
  const pass = openPass(plan);
  for (const { trace, header } of probes) pass.take(trace, header, 0);
  const partial = pass.end(0, plan.layout.traces);
  if (!plan.lattice) return { ...partial, unknown: plan.layout.traces };
  const grid = gridOf(plan.lattice, probes);
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
  const { lattice } = plan;
  const { traces, traceHeaders } = plan.layout;
  const most = Math.min(budget, Math.floor(MOST_BYTES / (HEADER_BYTES * traceHeaders)));
  const look = probing(source, plan);
  const chosen = new Set(drawTraces(Math.min(DRAWN, most - 2), plan));
  const drawn = await look([...new Set([0, ...chosen, traces - 1])]);
  const random = drawn.filter(({ trace }) => chosen.has(trace)).map(({ rank }) => rank);
  const probes = lattice && !lattice.folded ? await settle(lattice, { drawn, look, most }) : drawn;
  const partial = partialOf(plan, probes);
  const rising = intervalsOf(probes).every(([a, b]) => b.rank > a.rank);
  return {
    partial,
    confidence: rising && partial.unknown === 0 ? "proved-if-sorted" : "sampled",
    tracesRead: probes.length,
    settledShare: 1 - partial.unknown / traces,
    deviatingShareBelow95: lattice ? shareBelow95(random.length, outOfOrder(random, lattice.folded)) : 1,
  };
};
