// The embedded metric format: log lines that are JSON with metrics in them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import type { Metric } from "./metrics.ts";

export interface EmbeddedPoint {
  readonly metric: Metric;
  readonly unit: string;
  readonly time: number;
  readonly values: readonly number[];
}

const line = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.pipe(v.string(), v.minLength(1)),
        Dimensions: v.optional(v.array(v.pipe(v.array(v.string()), v.maxLength(LIMITS.dimensions))), [[]]),
        Metrics: v.pipe(
          v.array(v.object({ Name: v.string(), Unit: v.optional(v.string(), "None") })),
          v.maxLength(100),
        ),
      }),
    ),
  }),
});
const numbers = v.union([v.number(), v.pipe(v.array(v.number()), v.maxLength(100))]);

const parse = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // an ordinary line
  }
};

/** A dimension set whose values are not all in the line counts for nothing. */
const dimensionsOf = (
  names: readonly string[],
  root: Readonly<Record<string, unknown>>,
): Metric["dimensions"] | undefined => {
  const pairs = names.map((name) => [name, root[name]] as const);
  if (pairs.some(([, value]) => typeof value !== "string")) return undefined;
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
};

/** The points in a log line, for each of its dimension sets; none in any other line. */
export const embeddedPoints = (message: string): readonly EmbeddedPoint[] => {
  if (!message.includes('"_aws"') || message.length > LIMITS.logMessageBytes) return [];
  const read = v.safeParse(line, parse(message));
  if (!read.success) return [];
  const { _aws: about, ...root } = read.output;
  return about.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = dimensionsOf(names, root);
      if (dimensions === undefined) return [];
      return Metrics.flatMap(({ Name: name, Unit: unit }) => {
        const values = v.safeParse(numbers, root[name]);
        if (!values.success) return [];
        return [
          { metric: { namespace, name, dimensions }, unit, time: about.Timestamp, values: [values.output].flat() },
        ];
      });
    }),
  );
};
