// The regular axis behind a column of line numbers: where it starts, its step, and which values are none of it.
import type { Axis } from "./lattice.ts";

type Line = Pick<Axis, "min" | "step" | "count">;

/** A gap this many times the usual one separates the axis from strays. */
const FAR_STEPS = 64;
/** Zeros this far from all other numbers are headers without a number. */
const UNNUMBERED_STEPS = 3;
/** A group of values with a smaller share of the samples than this may be strays. */
const STRAY_SHARE = 0.01;
/** From so many samples on a single far value is a stray too. */
const ENOUGH = 20;

interface Group {
  readonly values: number[];
  weight: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const gapsOf = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, at) => value - (values[at] ?? 0));

/** The middle one, or what even spacing would be: samples lie thick in one place and thin elsewhere. */
const usualGap = (values: readonly number[]): number => {
  const median = gapsOf(values).toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 1;
  const [low, high] = [0.1, 0.9].map((share) => values[Math.floor(share * (values.length - 1))] ?? 0);
  return Math.max(median, ((high ?? 0) - (low ?? 0)) / Math.max(1, 0.8 * values.length));
};

const groupsOf = (counts: ReadonlyMap<number, number>): readonly Group[] => {
  const values = [...counts.keys()].toSorted((a, b) => a - b);
  const gaps = gapsOf(values);
  const usual = usualGap(values);
  const groups: Group[] = [];
  for (const [at, value] of values.entries()) {
    const steps = value === 0 || values[at - 1] === 0 ? UNNUMBERED_STEPS : FAR_STEPS;
    if (at === 0 || (gaps[at - 1] ?? 0) > steps * usual) groups.push({ values: [], weight: 0 });
    const group = groups.at(-1);
    group?.values.push(value);
    if (group) group.weight += counts.get(value) ?? 0;
  }
  return groups;
};

/** Groups that are part of the axis, of `total` samples in all groups. */
const isNumbering = ({ values, weight }: Group, total: number): boolean => {
  if (values.length === 1 && values[0] === 0) return weight === total;
  return weight >= STRAY_SHARE * total && (weight > 1 || total < ENOUGH);
};

/** The greatest step of which nearly all gaps are multiples; single strays between the lines do not count. */
const stepOf = (values: readonly number[]): number => {
  const gaps = gapsOf(values);
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
  const groups = groupsOf(counts).filter((group) => isNumbering(group, total));
  const values = groups.flatMap((group) => group.values);
  const [min, max] = [values[0], values.at(-1)];
  if (min === undefined || max === undefined || values.length < 2) return undefined;
  const step = stepOf(values);
  return { min, step, count: Math.floor((max - min) / step) + 1 };
};
