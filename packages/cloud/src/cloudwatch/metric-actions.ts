// PutMetricData, and what was measured.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { CloudWatch } from "./parts.ts";
import { LIMITS } from "./limits.ts";
import { isTimely, minuteOf, type Points, pointsOf } from "./metrics.ts";
import { action, dimensions, period, text, time } from "./schemas.ts";
import { evaluate, STATISTICS } from "./statistics.ts";

const invalid = (code: string, message: string): AwsError => new AwsError(code, 400, message);

const datum = v.strictObject({
  MetricName: text,
  Dimensions: v.optional(dimensions, []),
  Timestamp: v.optional(time),
  Unit: v.optional(v.string(), "None"),
  StorageResolution: v.optional(v.literal(60, "only 60 is supported")),
  Value: v.optional(v.pipe(v.number(), v.finite())),
  Values: v.optional(v.pipe(v.array(v.number()), v.maxLength(LIMITS.valuesPerDatum)), []),
  Counts: v.optional(v.array(v.number()), []),
  StatisticValues: v.optional(
    v.strictObject({ SampleCount: v.number(), Sum: v.number(), Minimum: v.number(), Maximum: v.number() }),
  ),
});
type Datum = v.InferOutput<typeof datum>;

const pointsIn = ({ Value, Values, Counts, StatisticValues: set }: Datum): readonly Points[] => {
  if (Counts.length > 0 && Counts.length !== Values.length)
    throw invalid("InvalidParameterValue", "Counts and Values must have the same length");
  const all = Values.map((value, index) => pointsOf(value, Counts[index] ?? 1));
  if (Value !== undefined) all.push(pointsOf(Value));
  if (set !== undefined) {
    const { SampleCount: count, Sum: sum, Minimum: least, Maximum: most } = set;
    all.push({ count, sum, least, most });
  }
  if (all.length === 0) throw invalid("MissingParameter", "A datum needs Value, Values or StatisticValues");
  return all;
};

const putMetricData = ({ clock, add }: CloudWatch): Action =>
  action(
    { Namespace: text, MetricData: v.pipe(v.array(datum), v.maxLength(LIMITS.dataPerPut)) },
    ({ Namespace: namespace, MetricData }) => {
      if (namespace.startsWith("AWS/"))
        throw invalid(
          "InvalidParameterValue",
          `The value ${namespace} for parameter Namespace is invalid: AWS/ is reserved`,
        );
      const now = clock.now();
      const all = MetricData.map((each) => ({ each, points: pointsIn(each) }));
      if (MetricData.some(({ Timestamp = now }) => !isTimely(Timestamp, now)))
        throw invalid("InvalidParameterValue", "Timestamp must be no more than two weeks in the past and two hours in the future"); // prettier-ignore
      for (const { each, points } of all) {
        const metric = { namespace, name: each.MetricName, dimensions: each.Dimensions };
        for (const one of points) add(metric, each.Unit, each.Timestamp ?? now, one);
      }
    },
  );

interface Range {
  readonly from: number;
  readonly to: number;
  readonly periodMs: number;
}

const rangeOf = (StartTime: number, EndTime: number, Period: number): Range => {
  const range = { from: minuteOf(StartTime), to: EndTime, periodMs: Period * 1_000 };
  if (range.from >= range.to)
    throw invalid("ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
  if ((range.to - range.from) / range.periodMs > LIMITS.periodsPerQuery)
    throw invalid("ValidationError", `More than ${LIMITS.periodsPerQuery} periods are asked for`);
  return range;
};

const periods = ({ from, to, periodMs }: Range): readonly number[] =>
  Array.from({ length: Math.ceil((to - from) / periodMs) }, (_, index) => from + index * periodMs);

const getMetricStatistics = ({ metrics }: CloudWatch): Action =>
  action(
    {
      Namespace: text,
      MetricName: text,
      Dimensions: v.optional(dimensions, []),
      StartTime: time,
      EndTime: time,
      Period: period,
      Statistics: v.pipe(v.array(v.picklist(STATISTICS)), v.minLength(1)),
      Unit: v.optional(v.string()),
    },
    (given) => {
      const range = rangeOf(given.StartTime, given.EndTime, given.Period);
      const { Statistics, Unit, MetricName: name } = given;
      const count = ((range.to - range.from) / range.periodMs) * Statistics.length;
      if (count > LIMITS.dataPointsPerQuery)
        throw invalid("InvalidParameterCombination", `You have requested up to ${Math.ceil(count)} datapoints, which exceeds the limit of ${LIMITS.dataPointsPerQuery}.`); // prettier-ignore
      const metric = { namespace: given.Namespace, name, dimensions: given.Dimensions };
      const Datapoints = periods(range).flatMap((start) => {
        const points = metrics.read(metric, start, Math.min(start + range.periodMs, range.to), Unit);
        if (points.count === 0) return [];
        const values = Object.fromEntries(Statistics.map((each) => [each, evaluate(points, each)]));
        return [{ Timestamp: new Date(start), Unit: metrics.unitOf(metric), ...values }];
      });
      return { Label: name, Datapoints };
    },
  );

const query = v.strictObject({
  Id: v.pipe(v.string(), v.regex(/^[a-z]\w*$/)),
  Label: v.optional(v.string()),
  ReturnData: v.optional(v.boolean(), true),
  Expression: v.optional(v.never("metric math is not supported")),
  MetricStat: v.strictObject({
    Metric: v.strictObject({ Namespace: text, MetricName: text, Dimensions: v.optional(dimensions, []) }),
    Period: period,
    Stat: v.picklist(STATISTICS),
    Unit: v.optional(v.string()),
  }),
});

const getMetricData = ({ metrics }: CloudWatch): Action =>
  action(
    {
      MetricDataQueries: v.pipe(v.array(query), v.maxLength(LIMITS.queries)),
      StartTime: time,
      EndTime: time,
      ScanBy: v.optional(v.picklist(["TimestampDescending", "TimestampAscending"]), "TimestampDescending"),
    },
    ({ MetricDataQueries, StartTime, EndTime, ScanBy }) => {
      const wanted = MetricDataQueries.filter(({ ReturnData }) => ReturnData);
      const MetricDataResults = wanted.map(({ Id, Label, MetricStat: { Metric, Period, Stat, Unit } }) => {
        const metric = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions };
        const range = rangeOf(StartTime, EndTime, Period);
        const found = periods(range).flatMap((start) => {
          const value = evaluate(metrics.read(metric, start, Math.min(start + range.periodMs, range.to), Unit), Stat);
          return value === undefined ? [] : [{ start, value }];
        });
        const sorted = ScanBy === "TimestampDescending" ? found.toReversed() : found;
        const Timestamps = sorted.map(({ start }) => new Date(start));
        const Values = sorted.map(({ value }) => value);
        return { Id, Label: Label ?? Metric.MetricName, Timestamps, Values, StatusCode: "Complete" };
      });
      return { MetricDataResults, Messages: [] };
    },
  );

export const metricActions = (cloudWatch: CloudWatch): Readonly<Record<string, Action>> => ({
  PutMetricData: putMetricData(cloudWatch),
  GetMetricStatistics: getMetricStatistics(cloudWatch),
  GetMetricData: getMetricData(cloudWatch),
});
