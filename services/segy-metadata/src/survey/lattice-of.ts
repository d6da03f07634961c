// The lattice of a survey, its kind, and which bytes hold its numbers: drawn from samples of the trace headers.
import type { Field } from "../segy/field.ts";
import { columnWithAxis, findKeyPairs, findLineKey, keyColumns, type Column, type KeyPair } from "./keys.ts";
import type { Axis } from "./lattice.ts";
import type { Layout } from "../segy/layout.ts";
import type { Geometry } from "../document/metadata.ts";
import type { Plan } from "./plan.ts";
import { columnOf, liveSamples, type Samples } from "./samples.ts";

type Grid = Pick<Plan, "lattice" | "class" | "keyScore" | "alternatives">;

const UNKNOWN: Grid = { lattice: null, class: "unknown", keyScore: 0, alternatives: [] };

/** Neighbouring samples in the file: `[index, index of the next trace]`. */
const neighbours = ({ traces }: Samples): readonly (readonly [number, number])[] =>
  traces.flatMap((trace, at) => (traces[at + 1] === trace + 1 ? [[at, at + 1] as const] : []));

const rising = (values: Float64Array, steps: Iterable<readonly [number, number]>): number => {
  let sum = 0;
  for (const [from, to] of steps) sum += Math.sign((values[to] ?? 0) - (values[from] ?? 0));
  return sum;
};

const everyStep = function* (count: number): Generator<readonly [number, number]> {
  for (let at = 1; at < count; at++) yield [at - 1, at];
};

const directionOf = (sum: number): 1 | -1 => (sum < 0 ? -1 : 1);

const axis = ({ field, axis: line }: Column, direction: 1 | -1): Axis => ({
  field,
  ...(line ?? { min: 0, step: 1, count: 1 }),
  direction,
});

interface Turns {
  readonly direction: 1 | -1;
  readonly snake: boolean;
}

const clear = (sum: number, steps: readonly unknown[]): boolean => Math.abs(sum) > 0.5 * steps.length;

/** Which way the fast number runs on the first line of the file, and whether the next line runs back. */
const turnsOf = (slow: Axis, slowValues: Float64Array, fastValues: Float64Array, samples: Samples): Turns => {
  const onLine = neighbours(samples).filter(([from, to]) => slowValues[from] === slowValues[to]);
  const place = (at: number): number => {
    const position = ((slowValues[at] ?? 0) - slow.min) / slow.step;
    return slow.direction === 1 ? position : slow.count - 1 - position;
  };
  const even = onLine.filter(([from]) => Math.abs(place(from) % 2) === 0);
  const odd = onLine.filter(([from]) => Math.abs(place(from) % 2) === 1);
  const [evenSum, oddSum] = [rising(fastValues, even), rising(fastValues, odd)];
  const snake =
    clear(evenSum, even) && clear(oddSum, odd) && Math.sign(evenSum) !== Math.sign(oddSum) && odd.length > 0;
  return { direction: directionOf(snake ? evenSum : evenSum + oddSum), snake };
};

/** Several traces per cell: the share of neighbours on a line that stay in their cell, or of cells that come again. */
const isFolded = ({ slow, fast }: KeyPair, samples: Samples, count: number): boolean => {
  const onLine = neighbours(samples).filter(([from, to]) => slow.values[from] === slow.values[to]);
  const staying = onLine.filter(([from, to]) => fast.values[from] === fast.values[to]).length;
  const cells = (slow.axis?.count ?? 1) * (fast.axis?.count ?? 1);
  return staying > 0.3 * onLine.length || count > 1.3 * cells;
};

/** The offsets of gathers as an axis of their own, when they are regular and fill it; null when they do not. */
const offsetAxis = (pair: KeyPair, samples: Samples, { fields, traces }: Layout): Axis | null => {
  const field = fields.find(({ name, header }) => name === "offset" && header === 0);
  if (!field) return null;
  const column = columnWithAxis(samples, field);
  const cells = (pair.slow.axis?.count ?? 1) * (pair.fast.axis?.count ?? 1);
  const inCell = neighbours(samples).filter(
    ([from, to]) => pair.slow.values[from] === pair.slow.values[to] && pair.fast.values[from] === pair.fast.values[to],
  );
  const sum = rising(column.values, inCell);
  const steady = inCell.length > 0 && Math.abs(sum) > 0.9 * inCell.length;
  return column.axis && steady && traces > 0.5 * cells * column.axis.count ? axis(column, directionOf(sum)) : null;
};

const varies = (samples: Samples, fields: readonly Field[], name: string): boolean => {
  const field = fields.find((each) => each.name === name && each.header === 0);
  return field !== undefined && new Set(columnOf(samples, field)).size > 1;
};

const memberField = (samples: Samples, fields: readonly Field[]): { member: Field } | undefined => {
  const member = fields.find(({ name, header }) => name === "offset" && header === 0);
  return member && varies(samples, fields, "offset") ? { member } : undefined;
};

const SHOTS = new Set(["ffid", "espnum"]);

/** Channels of shots have offsets; a grid that is only numbered like shots has midpoints that make an area. */
const isShots = ({ slow, fast }: KeyPair, samples: Samples, fields: readonly Field[]): boolean => {
  const offsets = varies(samples, fields, "offset");
  const area = varies(samples, fields, "cdp_x") && varies(samples, fields, "cdp_y");
  return fast.field.name === "chan" ? offsets || !area : SHOTS.has(slow.field.name) && offsets;
};

/** Points are an area, and no line, when they spread this much across against along. */
const LEAST_WIDTH = 0.2;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const isArea = (samples: Samples, fields: readonly Field[], names: readonly [string, string]): boolean => {
  const [x, y] = names.map((name) => fields.find((field) => field.name === name && field.header === 0));
  if (!x || !y) return false;
  const [xs, ys] = [columnOf(samples, x), columnOf(samples, y)];
  const [middleX, middleY] = [mean(xs), mean(ys)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let at = 0; at < xs.length; at++) {
    const [dx, dy] = [(xs[at] ?? 0) - middleX, (ys[at] ?? 0) - middleY];
    [xx, xy, yy] = [xx + dx * dx, xy + dx * dy, yy + dy * dy];
  }
  const root = Math.hypot(xx - yy, 2 * xy); // of the two principal variances: their difference
  return xx + yy - root > LEAST_WIDTH ** 2 * (xx + yy + root);
};

/** Shots and receivers stand where they can; only the bins of a cube make a grid on the map. */
export const hasBins = ({ lattice, class: kind }: Pick<Plan, "lattice" | "class">): boolean => {
  const [slow, fast] = lattice?.axes ?? [];
  const shots = fast?.field.name === "chan" || SHOTS.has(slow?.field.name ?? "");
  return kind === "3d-poststack" || (kind === "3d-prestack" && !shots);
};

const is3d = (samples: Samples, fields: readonly Field[]): boolean =>
  (varies(samples, fields, "iline") && varies(samples, fields, "xline")) || isArea(samples, fields, ["sht_x", "sht_y"]);

const classOf = (pair: KeyPair, folded: boolean, samples: Samples, fields: readonly Field[]): Geometry["class"] => {
  if (isShots(pair, samples, fields)) return is3d(samples, fields) ? "3d-prestack" : "2d-prestack";
  if (pair.fast.field.name === "offset") return "2d-prestack";
  return folded ? "3d-prestack" : "3d-poststack";
};

const same = (a: Float64Array, b: Float64Array): boolean => a.every((value, at) => value === b[at]);

/** Other pairs that make as good a grid; `equal` when they hold the same numbers. */
const alternativesTo = (best: KeyPair, pairs: readonly KeyPair[]): Geometry["alternatives"] => {
  return pairs
    .filter((pair) => pair !== best && pair.score > best.score - 0.35)
    .map((pair) => ({
      slow: pair.slow.field.byte,
      fast: pair.fast.field.byte,
      equal: same(pair.slow.values, best.slow.values) && same(pair.fast.values, best.fast.values),
    }))
    .filter(({ equal }, at) => equal || at < 3)
    .slice(0, 10);
};

const gridOf = (pair: KeyPair, samples: Samples, layout: Layout): Pick<Grid, "lattice" | "class"> => {
  const slow = axis(pair.slow, directionOf(rising(pair.slow.values, everyStep(samples.traces.length))));
  const { direction, snake } = turnsOf(slow, pair.slow.values, pair.fast.values, samples);
  const gathers = isFolded(pair, samples, layout.traces);
  const offset = gathers ? offsetAxis(pair, samples, layout) : null;
  const axes = [slow, axis(pair.fast, direction), ...(offset ? [offset] : [])];
  return {
    lattice: {
      axes,
      snake: snake && (offset !== null || !gathers),
      folded: gathers && offset === null,
      ...(gathers && offset === null && memberField(samples, layout.fields)),
    },
    class: classOf(pair, gathers, samples, layout.fields),
  };
};

const isConstant = (samples: Samples, fields: readonly Field[], name: string): boolean => {
  const field = fields.find((each) => each.name === name && each.header === 0);
  const values = new Set(field ? columnOf(samples, field) : []);
  return values.size === 1 && !values.has(0);
};

/** A line of traces, or one shot: a single number that counts them. */
const lineOf = (columns: readonly Column[], samples: Samples, { traces, fields }: Layout): Grid => {
  const oneShot =
    ["ffid", "espnum"].some((name) => isConstant(samples, fields, name)) && varies(samples, fields, "offset");
  if (!oneShot && is3d(samples, fields)) return UNKNOWN; // more than a line, in an order that no pair explains
  const channel = oneShot ? findLineKey(columns, samples, { traces, names: ["chan"] }) : undefined;
  const column =
    channel ?? findLineKey(columns, samples, { traces, names: ["cdp", "sp", "espnum", "xline", "iline", "ffid"] });
  if (!column) return UNKNOWN;
  const line = axis(column, directionOf(rising(column.values, everyStep(samples.traces.length))));
  const folded = traces > 1.3 * line.count;
  const kind = channel ? "shot-gather" : folded ? "2d-prestack" : "2d-poststack";
  return {
    lattice: { axes: [line], snake: false, folded, ...(folded && memberField(samples, fields)) },
    class: kind,
    keyScore: 1,
    alternatives: [],
  };
};

/** Fields at the bytes that a caller names, whatever else looks better. */
const forcedPair = (
  samples: Samples,
  fields: readonly Field[],
  keys: { slow: number; fast: number },
): KeyPair | undefined => {
  const [slow, fast] = [keys.slow, keys.fast].map((byte) => {
    const known = fields.find((field) => field.byte === byte && field.header === 0 && field.type === "i4");
    return columnWithAxis(samples, known ?? { name: `byte${byte}`, byte, type: "i4", header: 0 });
  });
  return slow?.axis && fast?.axis ? { slow, fast, score: 1 } : undefined;
};

const isSame = (a: KeyPair, b: KeyPair): boolean =>
  (a.slow.field.byte === b.slow.field.byte && a.fast.field.byte === b.fast.field.byte) ||
  (same(a.slow.values, b.slow.values) && same(a.fast.values, b.fast.values));

/** What speaks against the bytes that a caller named; undefined when they are as good as any. */
const conflictOf = (keys: Keys, forced: KeyPair | undefined, [best]: readonly KeyPair[]): string | undefined => {
  const asked = `the bytes asked for, ${keys.slow} and ${keys.fast},`;
  const others = best ? `${best.slow.field.byte} and ${best.fast.field.byte}` : "no others";
  if (!forced) return `${asked} hold no line numbers; ${others} are used`;
  if (best && isSame(forced, best)) return undefined;
  return best ? `${asked} are used; ${others} make the better grid` : `${asked} make no grid of these traces`;
};

interface Keys {
  readonly slow: number;
  readonly fast: number;
}

/** Never a cube that is not there: without a pair that fills its grid by half, a line; without that, nothing. */
export const findGrid = (all: Samples, layout: Layout, keys?: Keys): Grid & { readonly conflict?: string } => {
  if (layout.traces < 2) return UNKNOWN;
  const samples = liveSamples(all, layout.fields);
  const columns = keyColumns(samples, layout.fields);
  const pairs = findKeyPairs(columns, samples, layout.traces);
  const forced = keys && forcedPair(samples, layout.fields, keys);
  const conflict = keys && conflictOf(keys, forced, pairs);
  const best = forced ?? pairs[0];
  const found = best
    ? { ...gridOf(best, samples, layout), keyScore: rounded(best.score), alternatives: alternativesTo(best, pairs) }
    : lineOf(columns, samples, layout);
  return { ...found, ...(conflict && { conflict }) };
};

const rounded = (score: number): number => Math.round(100 * Math.min(1, score)) / 100;
