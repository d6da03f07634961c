// Metrics: points in buckets of one minute, in memory only; they are gone after a restart, alarms and their states are not.
import { LIMITS, MINUTE_MS } from "./limits.ts";

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is known of the points of a minute or of several. */
export interface Points {
  readonly count: number;
  readonly sum: number;
  readonly least: number;
  readonly most: number;
}

interface Series {
  /** Of the newest points. AWS keeps points of different units apart; nobody mixes them on purpose. */
  unit: string;
  /** By the start of the minute. */
  readonly buckets: Map<number, Points>;
}

export interface Metrics {
  readonly add: (metric: Metric, unit: string, time: number, points: Points) => void;
  /** The only value of a minute, whatever was there. */
  readonly set: (metric: Metric, unit: string, time: number, value: number) => void;
  /** What came in [from, to), if it has this unit. */
  readonly read: (metric: Metric, from: number, to: number, unit?: string) => Points;
  /** Starts of the minutes with points in [from, to). */
  readonly minutes: (metric: Metric, from: number, to: number) => readonly number[];
  /** "None" for a metric without points. */
  readonly unitOf: (metric: Metric) => string;
}

/** Made for every point of every request: without a list of pairs it takes half the time. */
export const keyOf = ({ namespace, name, dimensions }: Metric): string => {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\n${name}`;
  for (const dimension of names) key += `\n${dimension}=${dimensions[dimension]}`;
  return key;
};

export const minuteOf = (time: number): number => Math.floor(time / MINUTE_MS) * MINUTE_MS;

/** Points of more than two weeks ago, or more than two hours ahead, are not taken. */
export const isTimely = (time: number, now: number): boolean =>
  time >= now - LIMITS.takenBackMs && time <= now + LIMITS.takenAheadMs;

/** One value so often. */
export const pointsOf = (value: number, count = 1): Points => ({
  count,
  sum: value * count,
  least: value,
  most: value,
});

const NONE: Points = { count: 0, sum: 0, least: Infinity, most: -Infinity };

const merged = (a: Points, b: Points): Points => ({
  count: a.count + b.count,
  sum: a.sum + b.sum,
  least: Math.min(a.least, b.least),
  most: Math.max(a.most, b.most),
});

export const createMetrics = (now: () => number, report: (message: string) => void): Metrics => {
  const all = new Map<string, Series>();
  let full = false;
  let bucketCount = 0;

  const seriesOf = (metric: Metric, unit: string): Series | undefined => {
    const key = keyOf(metric);
    const known = all.get(key);
    if (known !== undefined) return known;
    if (all.size < LIMITS.series) {
      const made: Series = { unit, buckets: new Map() };
      all.set(key, made);
      return made;
    }
    if (!full) report(`Only ${LIMITS.series} metrics are kept; new ones are dropped`);
    full = true;
    return undefined;
  };
  /** Minutes come in order but for late points, so the first is the oldest or nearly so. */
  const trim = ({ buckets }: Series): void => {
    for (const minute of buckets.keys()) {
      if (minute >= now() - LIMITS.keptMs && bucketCount <= LIMITS.buckets) return;
      buckets.delete(minute);
      bucketCount--;
    }
  };
  const inRange = function* (metric: Metric, from: number, to: number) {
    const { buckets } = all.get(keyOf(metric)) ?? { buckets: new Map<number, Points>() };
    if ((to - from) / MINUTE_MS <= buckets.size) {
      for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
        const points = buckets.get(minute);
        if (points !== undefined) yield [minute, points] as const;
      }
    } else for (const entry of buckets) if (entry[0] >= minuteOf(from) && entry[0] < to) yield entry;
  };
  const unitOf: Metrics["unitOf"] = (metric) => all.get(keyOf(metric))?.unit ?? "None";
  const add: Metrics["add"] = (metric, unit, time, points) => {
    const series = isTimely(time, now()) ? seriesOf(metric, unit) : undefined;
    if (series === undefined) return;
    series.unit = unit;
    const minute = minuteOf(time);
    const known = series.buckets.get(minute);
    series.buckets.set(minute, merged(known ?? NONE, points));
    if (known !== undefined) return;
    bucketCount++;
    trim(series);
  };
  return {
    add,
    unitOf,
    set: (metric, unit, time, value) => {
      if (all.get(keyOf(metric))?.buckets.delete(minuteOf(time))) bucketCount--;
      add(metric, unit, time, pointsOf(value));
    },
    read: (metric, from, to, unit) => {
      if (unit !== undefined && unit !== unitOf(metric)) return NONE;
      let sum = NONE;
      for (const [, points] of inRange(metric, from, to)) sum = merged(sum, points);
      return sum;
    },
    minutes: (metric, from, to) => [...inRange(metric, from, to)].map(([minute]) => minute),
  };
};
