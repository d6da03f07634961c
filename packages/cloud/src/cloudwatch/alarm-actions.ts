// Alarms of the API.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import { type Alarm, alarmArn } from "./alarm.ts";
import type { CloudWatch } from "./parts.ts";
import { LIMITS } from "./limits.ts";
import { action, alarmEntries, alarmProblem, type AlarmSettings, text } from "./schemas.ts";

const name = v.pipe(text, v.maxLength(255));
const stateValue = v.picklist(["OK", "ALARM", "INSUFFICIENT_DATA"]);

/** Makes or changes one; a changed one keeps its state. */
export const putAlarm = (
  { alarms, work, clock }: CloudWatch,
  about: Pick<Alarm, "name" | "region">,
  settings: AlarmSettings,
): Alarm => {
  const problem = alarmProblem(settings);
  if (problem !== undefined) throw new AwsError("ValidationError", 400, problem);
  const now = clock.now();
  const first = { value: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", since: now } as const;
  const alarm: Alarm = { ...about, settings, configuredAt: now, state: alarms.get(about.name)?.state ?? first };
  alarms.put(alarm.name, alarm);
  work.changed(alarm.name);
  return alarm;
};

export const dropAlarm = ({ alarms, work }: CloudWatch, alarmName: string): void => {
  alarms.remove(alarmName);
  work.changed(alarmName);
};

const show = (alarm: Alarm): object => {
  const { settings, state, configuredAt } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(alarm),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ...settings,
    Dimensions: Object.entries(settings.Dimensions).map(([Name, Value]) => ({ Name, Value })),
    StateValue: state.value,
    StateReason: state.reason,
    StateUpdatedTimestamp: new Date(state.since),
    StateTransitionedTimestamp: new Date(state.since),
  };
};

const existing = ({ alarms }: CloudWatch, alarmName: string): Alarm => {
  const alarm = alarms.get(alarmName);
  if (alarm === undefined) throw new AwsError("ResourceNotFound", 404, `Alarm ${alarmName} does not exist`);
  return alarm;
};

const describeAlarms = ({ alarms }: CloudWatch): Action =>
  action(
    {
      AlarmNames: v.optional(v.array(name)),
      AlarmNamePrefix: v.optional(text),
      StateValue: v.optional(stateValue),
      MaxRecords: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.describe)),
        LIMITS.describe,
      ),
      NextToken: v.optional(text),
    },
    ({ AlarmNames, AlarmNamePrefix, StateValue, MaxRecords, NextToken }) => {
      const found = alarms
        .list({ prefix: AlarmNamePrefix ?? "" })
        .filter(([key]) => AlarmNames?.includes(key) ?? true)
        .filter(([, { state }]) => StateValue === undefined || state.value === StateValue);
      const { items, next } = pageOf(found, { limit: MaxRecords, token: NextToken });
      return { MetricAlarms: items.map(show), CompositeAlarms: [], NextToken: next };
    },
  );

export const alarmActions = (cloudWatch: CloudWatch): Readonly<Record<string, Action>> => {
  const { work, store } = cloudWatch;
  return {
    PutMetricAlarm: action({ AlarmName: name, ...alarmEntries }, ({ AlarmName, ...settings }, { region }) => {
      putAlarm(cloudWatch, { name: AlarmName, region }, settings);
    }),
    DescribeAlarms: describeAlarms(cloudWatch),
    DeleteAlarms: action({ AlarmNames: v.array(name) }, ({ AlarmNames }) => {
      const found = AlarmNames.map((each) => existing(cloudWatch, each).name);
      store.transaction(() => found.forEach((each) => dropAlarm(cloudWatch, each)));
    }),
    SetAlarmState: action(
      { AlarmName: name, StateValue: stateValue, StateReason: v.string() },
      ({ AlarmName, StateValue, StateReason }) => {
        work.setState(existing(cloudWatch, AlarmName), { value: StateValue, reason: StateReason });
        work.changed(AlarmName);
      },
    ),
  };
};
