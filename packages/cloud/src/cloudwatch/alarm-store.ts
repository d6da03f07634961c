// Alarms, their states and their history.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { StateValue } from "./judge.ts";
import { LIMITS } from "./limits.ts";
import type { Metric } from "./metrics.ts";
import type { AlarmSettings } from "./schemas.ts";

export interface Alarm {
  readonly name: string;
  readonly region: string;
  readonly settings: AlarmSettings;
  /** Cloud ms. */
  readonly configuredAt: number;
  readonly state: { readonly value: StateValue; readonly reason: string; readonly since: number };
}

export interface HistoryItem {
  readonly alarm: string;
  readonly time: number;
  readonly type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
}

export interface AlarmStore {
  readonly find: (name: string) => Alarm | undefined;
  readonly get: (name: string) => Alarm;
  readonly list: (prefix?: string) => readonly Alarm[];
  readonly put: (alarm: Alarm) => void;
  readonly remove: (name: string) => void;
  readonly note: (alarm: string, type: HistoryItem["type"], summary: string) => void;
  /** Oldest first. */
  readonly history: (alarm?: string) => readonly HistoryItem[];
}

export const alarmArn = ({ name, region }: Pick<Alarm, "name" | "region">): string =>
  `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:${name}`;

export const metricOf = ({ Namespace, MetricName, Dimensions }: AlarmSettings): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
});

export const createAlarmStore = ({ store, clock }: Pick<Ground, "store" | "clock">): AlarmStore => {
  const alarms = store.table<Alarm>("cloudwatch_alarms");
  const entries = store.table<HistoryItem>("cloudwatch_history");
  const historyOf = (name: string) => entries.list({ prefix: `${name}\n` });
  return {
    find: alarms.get,
    get: (name) => {
      const alarm = alarms.get(name);
      if (alarm === undefined) throw new AwsError("ResourceNotFound", 404, `Alarm ${name} does not exist`);
      return alarm;
    },
    list: (prefix = "") => alarms.list({ prefix }).map(([, alarm]) => alarm),
    put: (alarm) => alarms.put(alarm.name, alarm),
    remove: (name) =>
      store.transaction(() => {
        alarms.remove(name);
        for (const [key] of historyOf(name)) entries.remove(key);
      }),
    note: (alarm, type, summary) => {
      const before = historyOf(alarm);
      const number = Number(before.at(-1)?.[0].split("\n").at(-1) ?? 0) + 1;
      entries.put(`${alarm}\n${String(number).padStart(12, "0")}`, { alarm, time: clock.now(), type, summary });
      if (before.length >= LIMITS.history) entries.remove(before[0]?.[0] ?? "");
    },
    history: (alarm) => (alarm === undefined ? entries.list() : historyOf(alarm)).map(([, item]) => item),
  };
};
