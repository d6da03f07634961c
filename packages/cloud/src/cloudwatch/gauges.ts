// Gauges: what is measured each minute, but only while an alarm watches it and it may still change.
import type { MetricPoint } from "../bus/bus.ts";
import { type Alarm, metricOf } from "./alarm-store.ts";
import { rangeMs, type Verdict } from "./judge.ts";
import { MINUTE_MS, RESTLESS } from "./limits.ts";
import { keyOf, type Metrics, minuteOf } from "./metrics.ts";

const HOUR_MS = 60 * MINUTE_MS;

export interface Gauges {
  /** Measures what the alarm watches, at the end of a minute; undefined when it watches no gauge. */
  readonly sample: (alarm: Alarm, at: number) => Sample | undefined;
  readonly forget: (name: string) => void;
}

export interface Sample {
  readonly value: number;
  readonly before: number | undefined;
  /** Some other gauge of the same dimensions says that this one may change by itself. */
  readonly restless: boolean;
  /** All gauges of the same dimensions are zero. */
  readonly still: boolean;
}

const sameThing = (a: MetricPoint, b: MetricPoint): boolean => keyOf({ ...a, name: "" }) === keyOf({ ...b, name: "" });

export const createGauges = (read: () => readonly MetricPoint[], metrics: Metrics): Gauges => {
  const last = new Map<string, { readonly at: number; readonly value: number }>();
  let measured: { readonly at: number; readonly points: readonly MetricPoint[] } = { at: -1, points: [] };
  return {
    forget: (name) => void last.delete(name),
    sample: (alarm, at) => {
      if (measured.at !== at) measured = { at, points: read() };
      const key = keyOf(metricOf(alarm.settings));
      const point = measured.points.find((each) => keyOf(each) === key);
      if (point === undefined) return undefined;
      const before = last.get(alarm.name);
      last.set(alarm.name, { at, value: point.value });
      // Nobody looked since then because nothing changed: the minutes between had the old value.
      const since = Math.max(before?.at ?? alarm.configuredAt, at - rangeMs(alarm.settings), at - 15 * 24 * HOUR_MS);
      const put = (time: number, value: number): void => metrics.set(point, point.unit, time, value);
      for (let minute = minuteOf(since); minute < at - MINUTE_MS; minute += MINUTE_MS)
        put(minute, before?.value ?? point.value);
      put(at - MINUTE_MS, point.value);
      const others = measured.points.filter((each) => sameThing(each, point));
      return {
        value: point.value,
        before: before?.value,
        restless: others.some(({ name, value }) => RESTLESS.has(name) && value !== 0),
        still: others.every(({ value }) => value === 0),
      };
    },
  };
};

/** When to look again; undefined when only somebody's action can change anything. */
export const nextSample = (
  { settings }: Alarm,
  sample: Sample,
  { periods }: Verdict,
  at: number,
): number | undefined => {
  const [newest] = periods;
  const settled = periods.every((each) => each !== undefined && each.breaching === newest?.breaching);
  const change = sample.value - (sample.before ?? Number.NaN);
  const up = settings.ComparisonOperator.startsWith("Greater");
  const towardsOther = newest?.breaching === up ? !(change >= 0) : !(change <= 0);
  if (!settled || sample.restless || towardsOther) return at + MINUTE_MS;
  // What lies in a queue ends some day without a sign.
  return sample.still ? undefined : at + HOUR_MS;
};
