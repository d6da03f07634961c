// Gauges: what is measured each minute, but only while an alarm watches it and it may still change.
import type { MetricPoint } from "../bus/bus.ts";
import { type Alarm, metricOf } from "./alarm.ts";
import { rangeMs } from "./judge.ts";
import { LIMITS, MINUTE_MS, RESTLESS } from "./limits.ts";
import { keyOf, type Metrics, minuteOf } from "./metrics.ts";

export interface Gauges {
  /** Measures what the alarm watches, at the end of a minute; undefined when it watches no gauge. */
  readonly sample: (alarm: Alarm, at: number) => Sample | undefined;
  readonly forget: (name: string) => void;
}

export interface Sample {
  /** When to look again; undefined when only somebody's action can change anything. */
  readonly next: number | undefined;
}

interface Last {
  readonly at: number;
  readonly value: number;
  /** Since when it has this value. */
  readonly since: number;
}

const sameThing = (a: MetricPoint, b: MetricPoint): boolean => keyOf({ ...a, name: "" }) === keyOf({ ...b, name: "" });

export const createGauges = (read: () => readonly MetricPoint[], metrics: Metrics): Gauges => {
  const lasts = new Map<string, Last>();
  let measured: { readonly at: number; readonly points: readonly MetricPoint[] } = { at: -1, points: [] };
  return {
    forget: (name) => void lasts.delete(name),
    sample: ({ name, settings, configuredAt }, at) => {
      if (measured.at !== at) measured = { at, points: read() };
      const key = keyOf(metricOf(settings));
      const point = measured.points.find((each) => keyOf(each) === key);
      if (point === undefined) return undefined;
      const before = lasts.get(name);
      const since = before?.value === point.value ? before.since : at;
      lasts.set(name, { at, value: point.value, since });
      // Nobody looked since then because nothing changed: the minutes between had the old value.
      const from = Math.max(before?.at ?? configuredAt, at - rangeMs(settings), at - LIMITS.keptMs);
      const put = (time: number, value: number): void => metrics.set(point, point.unit, time, value);
      for (let minute = minuteOf(from); minute < at - MINUTE_MS; minute += MINUTE_MS)
        put(minute, before?.value ?? point.value);
      put(at - MINUTE_MS, point.value);
      const others = measured.points.filter((each) => sameThing(each, point));
      const restless = others.some((each) => RESTLESS.has(each.name) && each.value !== 0);
      if (restless || at - since < rangeMs(settings)) return { next: at + MINUTE_MS };
      // What lies in a queue ends some day without a sign.
      return { next: others.every(({ value }) => value === 0) ? undefined : at + 60 * MINUTE_MS };
    },
  };
};
