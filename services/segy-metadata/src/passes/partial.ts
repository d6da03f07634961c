// What is known of a run of traces. Neighbouring runs merge into one; in which order the merging goes does not matter.
import type { FindingCode } from "../document/findings.ts";
import { mergeHulls } from "./hull.ts";
import { cellsOf, type Lattice } from "../survey/lattice.ts";
import { addUp, MOST_RUNS, type CellRun } from "./runs.ts";

export interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
}

/** Traces that show something: all are counted, the first hundred named. */
export interface Anomaly {
  readonly count: number;
  readonly first: readonly number[];
}

/** Findings that single traces show; `gap`: before this trace, cells of the lattice were passed over. */
export type AnomalyCode = FindingCode | "gap";

export type Anomalies = { readonly [code in AnomalyCode]?: Anomaly };

export interface KeyedTrace {
  readonly trace: number;
  readonly keys: readonly number[];
}

export interface Partial {
  /** Of traces `[from, from + traces)`. */
  readonly from: number;
  readonly traces: number;
  /** By the name of the field; of the headers that were read. */
  readonly fields: Readonly<Record<string, FieldRange>>;
  /** Null when the survey is too ragged to keep: the cells cannot be counted then. */
  readonly cells: readonly CellRun[] | null;
  /** Traces whose cell is not known, because nobody read them and nothing forces it. */
  readonly unknown: number;
  /** The farthest points in 64 directions: x, y, x, y …; empty without coordinates. */
  readonly hull: readonly number[];
  /** Largest distance of a coordinate from the plan's grid, in the file's unit. */
  readonly residual: number;
  readonly anomalies: Anomalies;
  /** First and last trace on the lattice, for the seams. */
  readonly first: KeyedTrace | null;
  readonly last: KeyedTrace | null;
}

export const MOST_NAMED = 100;

export const emptyPartial = (from = 0): Partial => ({
  from,
  traces: 0,
  fields: {},
  cells: [],
  unknown: 0,
  hull: [],
  residual: 0,
  anomalies: {},
  first: null,
  last: null,
});

/** What a trace says against the one before it; undefined when it follows as the lattice wants. */
export const orderCode = (step: number, folded: boolean): AnomalyCode | undefined => {
  if (step === 1 || (step === 0 && folded)) return undefined;
  if (step === 0) return "duplicate-traces";
  return step > 1 ? "gap" : "order-break";
};

export const sameKeys = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

export const anomalyOf = (traces: readonly number[]): Anomaly => ({
  count: traces.length,
  first: traces.slice(0, MOST_NAMED),
});

const addAnomalies = (a: Anomalies, b: Anomalies): Anomalies => {
  const sum: { [code in AnomalyCode]?: Anomaly } = { ...a };
  for (const [code, more] of Object.entries(b) as [AnomalyCode, Anomaly][]) {
    const { count, first } = sum[code] ?? { count: 0, first: [] };
    sum[code] = { count: count + more.count, first: [...first, ...more.first].slice(0, MOST_NAMED) };
  }
  return sum;
};

const seam = (lattice: Lattice, a: KeyedTrace, b: KeyedTrace): Anomalies => {
  const { rank, step } = cellsOf(lattice);
  const repeated = lattice.member !== undefined && sameKeys(a.keys, b.keys);
  const code = repeated ? "duplicate-traces" : orderCode(step(rank(a.keys), rank(b.keys)), lattice.folded);
  return code ? { [code]: anomalyOf([b.trace]) } : {};
};

const addFields = (a: Partial["fields"], b: Partial["fields"]): Partial["fields"] => {
  const sum: Record<string, FieldRange> = { ...a };
  for (const [name, range] of Object.entries(b)) {
    const before = sum[name];
    if (!before) sum[name] = range;
    else {
      const [min, max] = [Math.min(before.min, range.min), Math.max(before.max, range.max)];
      sum[name] = { min, max, first: before.first, last: range.last };
    }
  }
  return sum;
};

const addCells = (a: Partial["cells"], b: Partial["cells"]): Partial["cells"] => {
  if (a === null || b === null) return null;
  const sum = addUp([...a, ...b]);
  return sum.length > MOST_RUNS ? null : sum;
};

/** `b` must begin where `a` ends. Associative; a partial without traces changes nothing. */
export const mergePartials = (lattice: Lattice | null, a: Partial, b: Partial): Partial => {
  if (a.traces === 0) return b;
  if (b.traces === 0) return a;
  if (a.from + a.traces !== b.from) {
    throw new RangeError(`Traces from ${b.from} on do not follow ${a.from} + ${a.traces}`);
  }
  // A stray in between hides how these two follow each other, as it does inside a pass.
  const between =
    lattice && a.last && b.first && a.last.trace + 1 === b.first.trace ? seam(lattice, a.last, b.first) : {};
  return {
    from: a.from,
    traces: a.traces + b.traces,
    fields: addFields(a.fields, b.fields),
    cells: addCells(a.cells, b.cells),
    unknown: a.unknown + b.unknown,
    hull: mergeHulls(a.hull, b.hull),
    residual: Math.max(a.residual, b.residual),
    anomalies: addAnomalies(addAnomalies(a.anomalies, between), b.anomalies),
    first: a.first ?? b.first,
    last: b.last ?? a.last,
  };
};
