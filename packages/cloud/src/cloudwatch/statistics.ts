// What is asked of a period.
import type { Points } from "./metrics.ts";

const COMPUTE = {
  SampleCount: ({ count }: Points) => count,
  Average: ({ sum, count }: Points) => sum / count,
  Sum: ({ sum }: Points) => sum,
  Minimum: ({ least }: Points) => least,
  Maximum: ({ most }: Points) => most,
};

export type Statistic = keyof typeof COMPUTE;
export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const satisfies Statistic[];

/** Undefined for a period without data. */
export const evaluate = (points: Points, name: Statistic): number | undefined =>
  points.count === 0 ? undefined : COMPUTE[name](points);
