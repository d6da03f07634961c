// What is asked of a period: a statistic, or a percentile such as p99.9.
import * as v from "valibot";
import type { Bucket } from "./metrics.ts";

export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
export const percentile = v.pipe(
  v.string(),
  v.regex(/^p(100|\d{1,2}(\.\d{1,10})?)$/, "only percentiles (p0 to p100) are supported"),
);
export const statistic = v.union([v.picklist(STATISTICS), percentile], "is no supported statistic");

/** Nearest rank over the values and how often they came. */
const rank = (values: ReadonlyMap<number, number>, share: number): number | undefined => {
  const sorted = [...values].toSorted(([a], [b]) => a - b);
  const wanted = share * sorted.reduce((sum, [, count]) => sum + count, 0);
  let passed = 0;
  for (const [value, count] of sorted) {
    passed += count;
    if (passed >= wanted) return value;
  }
  return undefined;
};

/** Undefined for a period without data, and for percentiles of values that are not known one by one. */
export const evaluate = ({ count, sum, least, most, values }: Bucket, name: string): number | undefined => {
  if (count === 0) return undefined;
  switch (name) {
    case "SampleCount":
      return count;
    case "Average":
      return sum / count;
    case "Sum":
      return sum;
    case "Minimum":
      return least;
    case "Maximum":
      return most;
    default:
      return values === undefined ? undefined : rank(values, Number(name.slice(1)) / 100);
  }
};
