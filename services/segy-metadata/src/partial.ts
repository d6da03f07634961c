// What is known of a run of traces. Neighbouring runs merge into one; the order of the merging does not matter.
import type { FindingCode } from "./findings.ts";

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

/** `[first cell, cells, traces in each]`, in the order of the cells; nothing where no trace is. */
export type CellRun = readonly [start: number, length: number, fold: number];

export type AnomalyCode = FindingCode | "gap";

export interface Partial {
  /** Traces `[from, from + traces)`. */
  readonly from: number;
  readonly traces: number;
  readonly fields: Readonly<Record<string, FieldRange>>;
  /** Null past `MOST_RUNS`: then the cells are known too little to count. */
  readonly cells: readonly CellRun[] | null;
  /** The farthest point in each of 64 directions, as x, y, x, y …; empty without coordinates. */
  readonly hull: readonly number[];
  /** Largest distance of a coordinate from the plan's grid, in the file's unit. */
  readonly residual: number;
  readonly anomalies: Readonly<Partial_<Record<AnomalyCode, Anomaly>>>;
  /** Keys of the first and last trace on the lattice, for the seam. */
  readonly firstKeys: readonly number[] | null;
  readonly lastKeys: readonly number[] | null;
}

type Partial_<T> = { [K in keyof T]?: T[K] };
