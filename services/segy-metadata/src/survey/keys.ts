// Which bytes of the trace header hold the line numbers: every pair of fields is tried, the one that makes a grid wins.
import { axisOf } from "./axis.ts";
import type { Field } from "../segy/field.ts";
import type { Axis } from "./lattice.ts";
import { columnOf, type Samples } from "./samples.ts";

/** Standard bytes (slow, fast) that are in use, the likelier first; a prior for near ties. */
const KNOWN_PAIRS: readonly (readonly [string, string])[] = [
  ["iline", "xline"],
  ["xline", "iline"],
  ["ffid", "chan"],
  ["espnum", "chan"],
  ["reeltrc", "cdp"],
  ["ffid", "cdp"],
  ["cdp", "ffid"],
  ["byte221", "byte225"],
  ["unassigned1", "unassigned2"],
  ["cdp", "offset"],
];

/** Coordinates and elevations look like grids too, but are none that anybody counts lines by. */
const NEVER = /_[xy]$|elev|depth|datum|^samp/;
const COUNTERS = new Set(["linetrc", "reeltrc", "cdptrc", "1.linetrc", "1.reeltrc"]);
/** Larger numbers are no line numbers: byte-swapped twins have them. */
const MOST_KEY = 10_000_000;
const LEAST_SCORE = 0.5;
/** Runs of a slow number over its distinct values: some lines may come in two pieces. */
const MOST_PIECES = 1.25;
/** Share of neighbouring traces between which the line may change: else it is a number of each trace. */
const MOST_LINE_CHANGES = 0.6;

export interface Column {
  readonly field: Field;
  readonly values: Float64Array;
  readonly axis: Pick<Axis, "min" | "step" | "count"> | undefined;
}

export interface KeyPair {
  readonly slow: Column;
  readonly fast: Column;
  readonly score: number;
}

const isInteger = ({ type }: Field): boolean => ["i4", "u4", "i8", "u8"].includes(type);

/** Every aligned 4 bytes, by the standard's name where it has a 4-byte field there; and what a stanza or extension adds. */
const keyFields = (fields: readonly Field[]): readonly Field[] => {
  const whole = fields.filter(isInteger);
  const taken = new Set(whole.filter(({ header }) => header === 0).map(({ byte }) => byte));
  const others = Array.from({ length: 60 }, (_, at) => 4 * at + 1).filter((byte) => !taken.has(byte));
  return [...whole, ...others.map((byte): Field => ({ name: `byte${byte}`, byte, type: "i4", header: 0 }))];
};

/** The columns that may hold line, trace or shot numbers. */
export const keyColumns = (samples: Samples, fields: readonly Field[]): readonly Column[] =>
  keyFields(fields)
    .filter((field) => !NEVER.test(field.name))
    .map((field) => columnWithAxis(samples, field))
    .filter(
      ({ axis }) => axis && Math.max(Math.abs(axis.min), Math.abs(axis.min + axis.step * axis.count)) <= MOST_KEY,
    );

export const columnWithAxis = (samples: Samples, field: Field): Column => {
  const values = columnOf(samples, field);
  return { field, values, axis: axisOf(values) };
};

const onAxis = ({ axis }: Column, value: number): boolean => {
  if (!axis) return false;
  const place = (value - axis.min) / axis.step;
  return place >= 0 && place < axis.count && place % 1 === 0;
};

/** Lines in one piece each, and longer than a trace or two: what a slow number does in a sorted file. */
const piecesOf = (slow: Column, traces: readonly number[]): number => {
  const lines = new Set<number>();
  let [runs, neighbours, changes, before] = [0, 0, 0, -1];
  for (const [at, line] of slow.values.entries()) {
    if (!onAxis(slow, line)) continue;
    lines.add(line);
    const same = before >= 0 && slow.values[before] === line;
    if (!same) runs += 1;
    if (before >= 0 && traces[before] === (traces[at] ?? 0) - 1) {
      neighbours += 1;
      if (!same) changes += 1;
    }
    before = at;
  }
  return changes > MOST_LINE_CHANGES * neighbours ? Infinity : runs / lines.size;
};

/** Cells per sample; 0 when the fast number never moves on a line. */
const distinctCells = (slow: Column, fast: Column): number => {
  const cells = new Set<number>();
  let [moves, counted, before] = [0, 0, -1];
  for (const [at, line] of slow.values.entries()) {
    const place = fast.values[at] ?? 0;
    if (!onAxis(slow, line) || !onAxis(fast, place)) continue;
    counted += 1;
    cells.add((line - (slow.axis?.min ?? 0)) * MOST_KEY * 4 + place);
    // Not only neighbours: a gather may be longer than what was read of it.
    if (before >= 0 && slow.values[before] === line && fast.values[before] !== place) moves += 1;
    before = at;
  }
  return moves === 0 ? 0 : cells.size / counted;
};

const prior = (slow: Field, fast: Field): number => {
  const rank = KNOWN_PAIRS.findIndex(([a, b]) => a === slow.name && b === fast.name);
  const known = rank < 0 ? 0 : 0.12 - 0.01 * rank;
  const counters = [slow, fast].filter(({ name }) => COUNTERS.has(name) && rank < 0).length;
  const offset = fast.name === "offset" && rank < 0 ? 0.4 : 0;
  return known - 0.2 * counters - offset;
};

/** The pairs that make a grid, the fullest first: 0 to about 1. `count` is the number of traces in the file. */
export const findKeyPairs = (columns: readonly Column[], samples: Samples, count: number): readonly KeyPair[] =>
  columns
    .filter(({ field }) => field.name !== "offset") // sorted by offset, a file is many surveys one after another
    .map((slow) => ({ slow, pieces: piecesOf(slow, samples.traces) }))
    .filter(({ pieces }) => pieces <= MOST_PIECES)
    .flatMap(({ slow, pieces }) =>
      columns
        .filter((fast) => fast !== slow)
        .map((fast) => {
          const cells = (slow.axis?.count ?? 0) * (fast.axis?.count ?? 0);
          const fill = Math.min(1, (distinctCells(slow, fast) * count) / cells);
          return { slow, fast, score: fill === 0 ? 0 : fill / pieces + prior(slow.field, fast.field) };
        }),
    )
    .filter(({ score }) => score >= LEAST_SCORE)
    .toSorted((a, b) => b.score - a.score);

/** Share of the samples in which a number moves the way it moves most; repeats do not count against it. */
const steadiness = ({ values }: Column): number => {
  let [up, down] = [0, 0];
  for (let at = 1; at < values.length; at++) {
    const change = (values[at] ?? 0) - (values[at - 1] ?? 0);
    if (change > 0) up += 1;
    if (change < 0) down += 1;
  }
  return up + down === 0 ? 0 : Math.max(up, down) / (up + down);
};

/** The number along a single line: the first of these fields that moves and never returns. */
export const findLineKey = (
  columns: readonly Column[],
  { traces }: Samples,
  wanted: { readonly traces: number; readonly names: readonly string[] },
): Column | undefined =>
  wanted.names
    .map((name) => columns.find(({ field }) => field.name === name))
    .filter((column) => column !== undefined)
    .find(
      (column) =>
        traces.length > 1 && steadiness(column) > 0.95 && wanted.traces / (column.axis?.count ?? 1) > LEAST_SCORE,
    );
