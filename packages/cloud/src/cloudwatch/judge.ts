// What an alarm makes of its metric at an instant, also of missing data.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
import { LIMITS } from "./limits.ts";
import type { Points } from "./metrics.ts";
import type { AlarmSettings } from "./schemas.ts";
import { evaluate } from "./statistics.ts";

export type StateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

interface Datapoint {
  readonly start: number;
  readonly value: number;
  readonly breaching: boolean;
}

export interface Verdict {
  /** Undefined: as before. */
  readonly value: StateValue | undefined;
  readonly reason: string;
}

interface Comparison {
  readonly breaches: (value: number, threshold: number) => boolean;
  readonly words: string;
}

const COMPARISONS: Readonly<Record<AlarmSettings["ComparisonOperator"], Comparison>> = {
  GreaterThanOrEqualToThreshold: { breaches: (a, b) => a >= b, words: "greater than or equal to" },
  GreaterThanThreshold: { breaches: (a, b) => a > b, words: "greater than" },
  LessThanOrEqualToThreshold: { breaches: (a, b) => a <= b, words: "less than or equal to" },
  LessThanThreshold: { breaches: (a, b) => a < b, words: "less than" },
};

/** How far back an alarm looks. */
export const rangeMs = ({ EvaluationPeriods, Period }: AlarmSettings): number =>
  (EvaluationPeriods + LIMITS.extraPeriods) * Period * 1_000;

const decide = (settings: AlarmSettings, used: readonly Datapoint[]): StateValue | undefined => {
  const { EvaluationPeriods: n, DatapointsToAlarm: m = n, TreatMissingData: missing } = settings;
  const breaching = used.filter((point) => point.breaching).length;
  const filled = missing === "breaching" ? n - used.length : 0;
  if (breaching + filled >= m) return "ALARM";
  if (used.length > breaching || missing === "breaching" || missing === "notBreaching") return "OK";
  if (missing === "ignore") return undefined;
  return used.length === 0 ? "INSUFFICIENT_DATA" : "ALARM";
};

const number = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** `15/01/26 12:00:00`. */
const shortDate = (ms: number): string => {
  const [, year = "", month = "", day = "", time = ""] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]+)/.exec(new Date(ms).toISOString()) ?? []; // prettier-ignore
  return `${day}/${month}/${year} ${time}`;
};

const explain = (settings: AlarmSettings, used: readonly Datapoint[], value: StateValue | undefined): string => {
  const { EvaluationPeriods: n, DatapointsToAlarm: m = n, TreatMissingData, ComparisonOperator, Threshold } = settings;
  const missing = n - used.length;
  const treated = TreatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  if (value === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${plural(missing, "datapoint")} ${missing === 1 ? "was" : "were"} unknown.`;
  if (used.length === 0)
    return `Threshold Crossed: no datapoints were received for ${plural(n, "period")} and ${plural(missing, "missing datapoint")} ${missing === 1 ? "was" : "were"} treated as [${treated}].`;
  const telling = used.filter(({ breaching }) => breaching === (value === "ALARM"));
  const [from, to] = value === "ALARM" ? ["OK", "ALARM"] : ["ALARM", "OK"];
  const least = value === "ALARM" ? m : n - m + 1;
  const shown = telling.map((point) => `${number(point.value)} (${shortDate(point.start)})`).join(", ");
  const was = `${telling.length === 1 ? "was" : "were"} ${value === "ALARM" ? "" : "not "}${COMPARISONS[ComparisonOperator].words}`;
  return `Threshold Crossed: ${telling.length} out of the last ${n} datapoints [${shown}] ${was} the threshold (${number(Threshold)}) (minimum ${plural(least, "datapoint")} for ${from} -> ${to} transition).`;
};

/** Looks at the periods that end at `at`. */
export const judge = (settings: AlarmSettings, read: (from: number, to: number) => Points, at: number): Verdict => {
  const periodMs = settings.Period * 1_000;
  const { breaches } = COMPARISONS[settings.ComparisonOperator];
  const found = Array.from({ length: rangeMs(settings) / periodMs }, (_, index) => {
    const start = at - (index + 1) * periodMs;
    const value = evaluate(read(start, start + periodMs), settings.Statistic);
    return value === undefined ? [] : [{ start, value, breaching: breaches(value, settings.Threshold) }];
  });
  const used = found.flat().slice(0, settings.EvaluationPeriods);
  const value = decide(settings, used);
  return { value, reason: explain(settings, used, value) };
};
