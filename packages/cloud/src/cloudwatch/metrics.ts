// Metrics: points in buckets of one minute, in memory only; they are gone after a restart, alarms and their states are not.
import { LIMITS, MINUTE_MS } from "./limits.ts";

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is known of a minute or of several: values by how often they came, undefined when only their sum is known. */
export interface Bucket {
  count: number;
  sum: number;
  least: number;
  most: number;
  values: Map<number, number> | undefined;
}

export interface Points {
  readonly count: number;
  readonly sum: number;
  readonly least: number;
  readonly most: number;
  /** Undefined for a statistic set of several values. */
  readonly value?: number;
}

interface Series {
  readonly metric: Metric;
  readonly unit: string;
  /** By the start of the minute. */
  readonly buckets: Map<number, Bucket>;
}

export interface Metrics {
  readonly add: (metric: Metric, unit: string, time: number, points: Points) => void;
  /** The only value of a minute, whatever was there. */
  readonly set: (metric: Metric, unit: string, time: number, value: number) => void;
  /** What came in [from, to), of this unit or of all. */
  readonly read: (metric: Metric, from: number, to: number, unit?: string) => Bucket;
  /** Starts of the minutes with points in [from, to). */
  readonly minutes: (metric: Metric, from: number, to: number) => readonly number[];
  /** Of the newest points, or "None". */
  readonly unitOf: (metric: Metric) => string;
  /** In the order of their keys. */
  readonly list: () => readonly (readonly [string, Metric])[];
}

export const keyOf = ({ namespace, name, dimensions }: Metric): string => {
  const pairs = Object.entries(dimensions);
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${namespace}\n${name}\n${pairs.map(([dimension, value]) => `${dimension}=${value}`).join("\n")}`;
};

export const minuteOf = (time: number): number => Math.floor(time / MINUTE_MS) * MINUTE_MS;

/** Points of more than two weeks ago, or more than two hours ahead, are not taken. */
export const isTimely = (time: number, now: number): boolean =>
  time >= now - LIMITS.takenBackMs && time <= now + LIMITS.takenAheadMs;

const empty = (): Bucket => ({ count: 0, sum: 0, least: Infinity, most: -Infinity, values: new Map() });

const merge = (into: Bucket, { count, sum, least, most }: Omit<Points, "value">): void => {
  into.count += count;
  into.sum += sum;
  into.least = Math.min(into.least, least);
  into.most = Math.max(into.most, most);
};

const addValue = (into: Bucket, value: number | undefined, count: number): void => {
  if (value === undefined || into.values === undefined) {
    into.values = undefined;
    return;
  }
  const kept = into.values.size < LIMITS.exactValues ? value : Number(value.toPrecision(2));
  into.values.set(kept, (into.values.get(kept) ?? 0) + count);
};

export const createMetrics = (now: () => number, report: (message: string) => void): Metrics => {
  /** Series of one metric differ in their unit. */
  const all = new Map<string, Series[]>();
  let seriesCount = 0;
  let bucketCount = 0;

  const seriesOf = (metric: Metric, unit: string): Series | undefined => {
    const key = keyOf(metric);
    const known = all.get(key);
    const found = known?.find((series) => series.unit === unit);
    if (found !== undefined) return found;
    if (seriesCount === LIMITS.series) report(`Only ${LIMITS.series} metrics are kept; new ones are dropped`);
    if (++seriesCount > LIMITS.series) return undefined;
    const made: Series = { metric, unit, buckets: new Map() };
    all.set(key, [...(known ?? []), made]);
    return made;
  };
  /** Minutes come in order but for late points, so the first is the oldest or nearly so. */
  const trim = ({ buckets }: Series): void => {
    for (const minute of buckets.keys()) {
      if (minute >= now() - LIMITS.keptMs && bucketCount <= LIMITS.buckets) return;
      buckets.delete(minute);
      bucketCount--;
    }
  };
  const inRange = function* (metric: Metric, from: number, to: number, unit?: string) {
    for (const series of all.get(keyOf(metric)) ?? []) {
      if (unit !== undefined && series.unit !== unit) continue;
      const minutes = (to - from) / MINUTE_MS;
      if (minutes <= series.buckets.size) {
        for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
          const bucket = series.buckets.get(minute);
          if (bucket !== undefined) yield [minute, bucket] as const;
        }
      } else for (const entry of series.buckets) if (entry[0] >= minuteOf(from) && entry[0] < to) yield entry;
    }
  };
  const add = (metric: Metric, unit: string, time: number, points: Points): void => {
    const series = isTimely(time, now()) ? seriesOf(metric, unit) : undefined;
    if (series === undefined) return;
    const minute = minuteOf(time);
    const known = series.buckets.get(minute);
    const bucket = known ?? empty();
    merge(bucket, points);
    addValue(bucket, points.value, points.count);
    series.buckets.set(minute, bucket);
    if (known !== undefined) return;
    bucketCount++;
    trim(series);
  };
  return {
    add,
    set: (metric, unit, time, value) => {
      if (seriesOf(metric, unit)?.buckets.delete(minuteOf(time))) bucketCount--;
      add(metric, unit, time, { count: 1, sum: value, least: value, most: value, value });
    },
    read: (metric, from, to, unit) => {
      const sum = empty();
      for (const [, bucket] of inRange(metric, from, to, unit)) {
        merge(sum, bucket);
        if (bucket.values === undefined) sum.values = undefined;
        for (const [value, count] of bucket.values ?? []) {
          if (sum.values !== undefined) sum.values.set(value, (sum.values.get(value) ?? 0) + count);
        }
      }
      return sum;
    },
    minutes: (metric, from, to) => [...inRange(metric, from, to)].map(([minute]) => minute),
    unitOf: (metric) => all.get(keyOf(metric))?.at(-1)?.unit ?? "None",
    list: () => [...all].flatMap(([key, [first]]) => (first ? [[key, first.metric] as const] : [])).toSorted(([a], [b]) => (a < b ? -1 : 1)), // prettier-ignore
  };
};
