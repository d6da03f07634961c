// The regular axis behind a column of line numbers: where it starts, its step, and which values are none of it.
import type { Axis } from "./lattice.ts";

type Line = Pick<Axis, "min" | "step" | "count">;

/** A gap this many times the usual one separates the axis from strays. */
const FAR_STEPS = 64;
/** A group of values with a smaller share of the samples than this may be strays. */
const STRAY_SHARE = 0.01;

interface Group {
  readonly values: number[];
  weight: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const groupsOf = (counts: ReadonlyMap<number, number>): readonly Group[] => {
  const values = [...counts.keys()].toSorted((a, b) => a - b);
  const gaps = values.slice(1).map((value, at) => value - (values[at] ?? 0));
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1;
  const groups: Group[] = [];
  for (const [at, value] of values.entries()) {
    if (at === 0 || (gaps[at - 1] ?? 0) > FAR_STEPS * usual) groups.push({ values: [], weight: 0 });
    const group = groups.at(-1);
    group?.values.push(value);
    if (group) group.weight += counts.get(value) ?? 0;
  }
  return groups;
};

/** The greatest step of which nearly all gaps are multiples; single strays between the lines do not count. */
const stepOf = (values: readonly number[]): number => {
  const gaps = values.slice(1).map((value, at) => value - (values[at] ?? 0));
  const all = gaps.reduce(gcd, 0);
  const usual = [...Map.groupBy(gaps, (gap) => gap)].toSorted((a, b) => b[1].length - a[1].length).slice(0, 4);
  const fits = (step: number): boolean => gaps.filter((gap) => gap % step === 0).length >= 0.95 * gaps.length;
  const best = usual.map(([gap]) => gap).filter((gap) => gap > all && fits(gap));
  return Math.max(1, all, ...best);
};

/** Undefined when fewer than two values are left. Values that are not whole numbers have no axis. */
export const axisOf = (column: Iterable<number>): Line | undefined => {
  const counts = new Map<number, number>();
  let total = 0;
  for (const value of column) {
    if (!Number.isSafeInteger(value)) return undefined;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    total += 1;
  }
  const groups = groupsOf(counts).filter(({ weight }) => weight >= STRAY_SHARE * total);
  const values = groups.flatMap((group) => group.values);
  const [min, max] = [values[0], values.at(-1)];
  if (min === undefined || max === undefined || values.length < 2) return undefined;
  const step = stepOf(values);
  return { min, step, count: Math.floor((max - min) / step) + 1 };
};
