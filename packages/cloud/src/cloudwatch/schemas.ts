// Parameters of CloudWatch, and of its alarms also in templates.
import * as v from "valibot";
import { amount, flag } from "../cloudformation/property-schema.ts";
import { honouring } from "../gateway/action.ts";
import { LIMITS } from "./limits.ts";
import { STATISTICS } from "./statistics.ts";

/** Makes the actions of this service. */
export const action = honouring("InvalidParameterValue");

export const text = v.pipe(v.string(), v.minLength(1));
const whole = v.pipe(amount, v.integer());
/** Epoch seconds in both protocols; out comes ms. */
export const time = v.pipe(
  v.number(),
  v.transform((seconds) => seconds * 1_000),
);
export const period = v.pipe(
  whole,
  v.minValue(60, "periods of less than 60 seconds are not supported"),
  v.check((seconds) => seconds % 60 === 0, "must be a multiple of 60"),
);

export const dimensions = v.pipe(
  v.array(v.strictObject({ Name: text, Value: text })),
  v.maxLength(LIMITS.dimensions),
  v.transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))),
);

const topics = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:.+$/, "only SNS topics are supported"))),
  v.maxLength(LIMITS.alarmActions),
);

export const alarmEntries = {
  AlarmDescription: v.optional(v.string()),
  ActionsEnabled: v.optional(flag, true),
  AlarmActions: v.optional(topics, []),
  OKActions: v.optional(topics, []),
  InsufficientDataActions: v.optional(topics, []),
  Namespace: text,
  MetricName: text,
  Dimensions: v.optional(dimensions, []),
  Statistic: v.picklist(STATISTICS),
  Unit: v.optional(v.string()),
  Period: period,
  EvaluationPeriods: v.pipe(whole, v.minValue(1)),
  DatapointsToAlarm: v.optional(v.pipe(whole, v.minValue(1))),
  Threshold: amount,
  ComparisonOperator: v.picklist(
    ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"],
    "only comparisons with a threshold are supported",
  ),
  TreatMissingData: v.optional(v.picklist(["breaching", "notBreaching", "ignore", "missing"]), "missing"),
};
const alarmSettings = v.object(alarmEntries);
export type AlarmSettings = v.InferOutput<typeof alarmSettings>;

const DAY_SECONDS = 86_400;

/** What no single parameter shows; undefined when all is well. */
export const alarmProblem = (given: AlarmSettings): string | undefined => {
  const { Period, EvaluationPeriods, DatapointsToAlarm = 1 } = given;
  if (DatapointsToAlarm > EvaluationPeriods) return "DatapointsToAlarm must not be more than EvaluationPeriods";
  if (Period * EvaluationPeriods > (Period >= 3_600 ? 7 : 1) * DAY_SECONDS)
    return "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)";
  return undefined;
};
