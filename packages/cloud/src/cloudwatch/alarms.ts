// Alarms at work: each is evaluated at the end of a minute, but only of those minutes in which its verdict can change.
import type { MetricPoint } from "../bus/bus.ts";
import type { Timer } from "../clock/clock.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Deliver, Delivery, Ground } from "../ports.ts";
import type { Table } from "../store/store.ts";
import { type Alarm, alarmArn, metricOf } from "./alarm.ts";
import { createGauges } from "./gauges.ts";
import { judge, rangeMs } from "./judge.ts";
import { MINUTE_MS } from "./limits.ts";
import { keyOf, type Metric, type Metrics, minuteOf } from "./metrics.ts";
import { alarmEvent, notification } from "./notification.ts";

export interface Alarms {
  /** Evaluates it at the end of this minute; to be called when it was made, changed or removed. */
  readonly changed: (name: string) => void;
  /** A metric has a new point. */
  readonly moved: (metric: Metric) => void;
  readonly setState: (alarm: Alarm, state: Pick<Alarm["state"], "value" | "reason">) => void;
  readonly start: () => void;
}

export interface AlarmsOptions extends Pick<Ground, "clock" | "store" | "report"> {
  readonly alarms: Table<Alarm>;
  readonly metrics: Metrics;
  readonly gauges: () => readonly MetricPoint[];
  readonly deliver: Deliver;
}

const SERVICE = { kind: "service", name: "cloudwatch.amazonaws.com" } as const;

/** With the start of a period every minute, a minute with data goes from one period to the next once per period. */
const nextCrossing = (minutes: readonly number[], periodMs: number, at: number): number | undefined => {
  const crossings = minutes.map((minute) => minute + Math.ceil((at - minute) / periodMs) * periodMs + MINUTE_MS);
  return crossings.length === 0 ? undefined : crossings.reduce((first, each) => Math.min(first, each));
};

/** Metrics of the same thing: one that counts tells that its gauges may have changed. */
const thingOf = (metric: Metric): string => keyOf({ ...metric, name: "" });

export const createAlarms = (options: AlarmsOptions): Alarms => {
  const { clock, store, report, alarms, metrics, deliver } = options;
  const gauges = createGauges(options.gauges, metrics);
  const pending = new Map<string, { readonly at: number; readonly timer: Timer }>();
  /** Names of alarms by what they watch. */
  const watchers = new Map<string, Set<string>>();

  const setState: Alarms["setState"] = (alarm, { value, reason }) => {
    const changed: Alarm = { ...alarm, state: { value, reason, since: clock.now() } };
    const { settings } = alarm;
    const actions = { ALARM: settings.AlarmActions, OK: settings.OKActions, INSUFFICIENT_DATA: settings.InsufficientDataActions }; // prettier-ignore
    const message = notification(changed, alarm.state);
    const tell = (delivery: Omit<Delivery, "principal" | "sourceArn">): void => {
      try {
        deliver({ principal: SERVICE, sourceArn: alarmArn(alarm), ...delivery });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        report(`The alarm ${alarm.name} could not tell ${delivery.targetArn}: ${error.message}`);
      }
    };
    store.transaction(() => {
      alarms.put(alarm.name, changed);
      if (value === alarm.state.value) return;
      tell(alarmEvent(changed, alarm.state)); // also when its actions are not enabled
      for (const targetArn of settings.ActionsEnabled ? actions[value] : []) tell({ targetArn, ...message });
    });
  };

  const evaluate = (name: string, at: number): void => {
    pending.delete(name);
    const alarm = alarms.get(name);
    if (alarm === undefined) return;
    const { settings } = alarm;
    const metric = metricOf(settings);
    const sample = gauges.sample(alarm, at);
    const { value, reason } = judge(settings, (from, to) => metrics.read(metric, from, to, settings.Unit), at);
    if (value !== undefined && value !== alarm.state.value) setState(alarm, { value, reason });
    const minutes = metrics.minutes(metric, at - rangeMs(settings), at);
    const { next } = sample ?? { next: nextCrossing(minutes, settings.Period * 1_000, at) };
    if (next !== undefined) evaluateAt(name, next);
  };
  const evaluateAt = (name: string, at: number): void => {
    const known = pending.get(name);
    if (known !== undefined && known.at <= at) return;
    known?.timer.cancel();
    pending.set(name, { at, timer: clock.at(at, `cloudwatch: a look at ${name}`, () => evaluate(name, at)) });
  };
  const soon = (name: string): void => evaluateAt(name, minuteOf(clock.now()) + MINUTE_MS);

  const watch = (alarm: Alarm): void => {
    const metric = metricOf(alarm.settings);
    for (const key of [keyOf(metric), thingOf(metric)])
      watchers.set(key, (watchers.get(key) ?? new Set()).add(alarm.name));
  };
  return {
    setState,
    changed: (name) => {
      for (const [key, names] of watchers) if (names.delete(name) && names.size === 0) watchers.delete(key);
      pending.get(name)?.timer.cancel();
      pending.delete(name);
      gauges.forget(name);
      const alarm = alarms.get(name);
      if (alarm === undefined) return;
      watch(alarm);
      soon(name);
    },
    moved: (metric) => {
      if (watchers.size === 0) return;
      for (const key of [keyOf(metric), thingOf(metric)]) for (const name of watchers.get(key) ?? []) soon(name);
    },
    start: () => {
      for (const [, alarm] of alarms.list()) {
        watch(alarm);
        soon(alarm.name);
      }
    },
  };
};
