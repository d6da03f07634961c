// Statistics of a link: hour and day counters in, a gap-free series and the details of its days out.
import * as v from "valibot";
import { fail } from "./errors.ts";

const moment = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/));
export const StatsQuery = v.strictObject({
  unit: v.optional(v.picklist(["hour", "day"])),
  from: v.optional(moment),
  to: v.optional(moment),
});

export type Counters = Readonly<Record<string, number>>;

/** A half-open range of whole buckets, in milliseconds. */
export interface StatsRange {
  readonly unit: "hour" | "day";
  readonly from: number;
  readonly to: number;
}

export interface StatsStore {
  /** Counters by sort key: `T`, days and, by hour, hours of the range. At most three reads. */
  counters(id: string, range: StatsRange): Promise<ReadonlyMap<string, Counters>>;
}

const UNITS = {
  hour: { milliseconds: 3_600_000, most: 31 * 24, usual: 24, prefix: "H#", length: 13 },
  day: { milliseconds: 86_400_000, most: 366, usual: 30, prefix: "D#", length: 10 },
} as const;

/** The sort key of the bucket that a moment falls into. */
export const bucketKey = (unit: StatsRange["unit"], time: number): string =>
  UNITS[unit].prefix + new Date(time).toISOString().slice(0, UNITS[unit].length);

const invalidRange = (detail: string): Error => fail("invalid-query", detail);

/** Reads `from` (inclusive) and `to` (exclusive, default now), and widens them to whole buckets. */
export const statsRange = ({ unit = "day", from, to }: v.InferOutput<typeof StatsQuery>, now: number): StatsRange => {
  const { milliseconds, most, usual } = UNITS[unit];
  const end = Math.ceil((to === undefined ? now + 1 : Date.parse(to)) / milliseconds) * milliseconds;
  const start =
    from === undefined ? end - usual * milliseconds : Math.floor(Date.parse(from) / milliseconds) * milliseconds;
  if (Number.isNaN(start) || Number.isNaN(end)) throw invalidRange("from and to must be dates or UTC times");
  if (start >= end) throw invalidRange("from must be before to");
  if ((end - start) / milliseconds > most) throw invalidRange(`The range holds more than ${most} ${unit}s`);
  return { unit, from: start, to: end };
};

const Count = v.strictObject({ clicks: v.number(), bots: v.number() });
const Shares = v.array(v.strictObject({ name: v.string(), clicks: v.number() }));
export const StatsView = v.strictObject({
  code: v.string(),
  unit: v.picklist(["hour", "day"]),
  from: v.string(),
  to: v.string(),
  total: Count,
  allTime: Count,
  series: v.array(v.strictObject({ t: v.string(), clicks: v.number(), bots: v.number() })),
  referrers: Shares,
  devices: Shares,
  sources: Shares,
});
export type StatsView = v.InferOutput<typeof StatsView>;

const count = ({ n = 0, b = 0 }: Counters = {}): { clicks: number; bots: number } => ({ clicks: n, bots: b });

const shares = (days: readonly Counters[], prefix: string): v.InferOutput<typeof Shares> => {
  const sums = new Map<string, number>();
  for (const [counter, n] of days.flatMap((day) => Object.entries(day))) {
    if (!counter.startsWith(prefix)) continue;
    const name = counter === "r_*" ? "other" : counter.slice(prefix.length);
    sums.set(name, (sums.get(name) ?? 0) + n);
  }
  const other = sums.get("other") ?? 0;
  if (prefix === "r_") sums.delete("other");
  const sorted = [...sums].map(([name, clicks]) => ({ name, clicks })).toSorted((a, b) => b.clicks - a.clicks);
  const rest = sorted.slice(50).reduce((sum, { clicks }) => sum + clicks, prefix === "r_" ? other : 0);
  return rest === 0 ? sorted : [...sorted.slice(0, 50), { name: "other", clicks: rest }];
};

/** The answer: UTC, empty buckets filled with zeros, the 50 busiest referrers and `other`. */
export const statsOf = (code: string, range: StatsRange, counters: ReadonlyMap<string, Counters>): StatsView => {
  const { unit, from, to } = range;
  const step = UNITS[unit].milliseconds;
  const times = Array.from({ length: (to - from) / step }, (_, i) => from + i * step);
  const series = times.map((t) => ({ t: new Date(t).toISOString(), ...count(counters.get(bucketKey(unit, t))) }));
  const days = [...new Set(times.map((t) => bucketKey("day", t)))].map((key) => counters.get(key) ?? {});
  const sum = (name: "clicks" | "bots") => series.reduce((all, bucket) => all + bucket[name], 0);
  return {
    code,
    unit,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    total: { clicks: sum("clicks"), bots: sum("bots") },
    allTime: count(counters.get("T")),
    series,
    referrers: shares(days, "r_"),
    devices: shares(days, "d_"),
    sources: shares(days, "s_"),
  };
};
