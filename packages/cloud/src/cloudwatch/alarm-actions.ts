// Alarms of the API.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import { type Alarm, alarmArn } from "./alarm-store.ts";
import type { CloudWatch } from "./index.ts";
import { LIMITS } from "./limits.ts";
import { dimensionList } from "./metric-actions.ts";
import { action, alarmEntries, alarmProblem, type AlarmSettings, text } from "./schemas.ts";

const name = v.pipe(text, v.maxLength(255));
const stateValue = v.picklist(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const page = {
  MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.describe)), LIMITS.describe),
  NextToken: v.optional(text),
};

/** Makes or changes one; a changed one keeps its state. */
export const putAlarm = (
  { alarms, work, clock, store }: CloudWatch,
  about: Pick<Alarm, "name" | "region">,
  settings: AlarmSettings,
): Alarm => {
  const problem = alarmProblem(settings);
  if (problem !== undefined) throw new AwsError("ValidationError", 400, problem);
  const now = clock.now();
  const before = alarms.find(about.name);
  const state = before?.state ?? {
    value: "INSUFFICIENT_DATA",
    reason: "Unchecked: Initial alarm creation",
    since: now,
  };
  const alarm: Alarm = { ...about, settings, configuredAt: now, state };
  store.transaction(() => {
    alarms.put(alarm);
    alarms.note(
      alarm.name,
      "ConfigurationUpdate",
      `Alarm "${alarm.name}" ${before === undefined ? "created" : "updated"}`,
    );
  });
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
    Dimensions: dimensionList(settings.Dimensions),
    StateValue: state.value,
    StateReason: state.reason,
    StateUpdatedTimestamp: new Date(state.since),
    StateTransitionedTimestamp: new Date(state.since),
  };
};

const describeAlarms = ({ alarms }: CloudWatch): Action =>
  action(
    {
      AlarmNames: v.optional(v.array(name)),
      AlarmNamePrefix: v.optional(text),
      AlarmTypes: v.optional(v.array(v.picklist(["MetricAlarm", "CompositeAlarm"])), ["MetricAlarm"]),
      StateValue: v.optional(stateValue),
      ...page,
    },
    ({ AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, MaxRecords, NextToken }) => {
      const found = alarms
        .list(AlarmNamePrefix)
        .filter((each) => AlarmTypes.includes("MetricAlarm") && (AlarmNames?.includes(each.name) ?? true))
        .filter(({ state }) => StateValue === undefined || state.value === StateValue)
        .map((each) => [each.name, each] as const);
      const { items, next } = pageOf(found, { limit: MaxRecords, token: NextToken });
      return { MetricAlarms: items.map(show), CompositeAlarms: [], NextToken: next };
    },
  );

const describeAlarmHistory = ({ alarms }: CloudWatch): Action =>
  action(
    {
      AlarmName: v.optional(name),
      HistoryItemType: v.optional(v.picklist(["ConfigurationUpdate", "StateUpdate", "Action"])),
      ScanBy: v.optional(v.picklist(["TimestampDescending", "TimestampAscending"]), "TimestampDescending"),
      MaxRecords: page.MaxRecords,
    },
    ({ AlarmName, HistoryItemType, ScanBy, MaxRecords }) => {
      const found = alarms
        .history(AlarmName)
        .filter(({ type }) => HistoryItemType === undefined || type === HistoryItemType);
      const sorted = found.toSorted((a, b) => a.time - b.time);
      const items = (ScanBy === "TimestampDescending" ? sorted.toReversed() : sorted).slice(0, MaxRecords);
      const shown = items.map(({ alarm, time, type, summary }) => ({
        AlarmName: alarm,
        AlarmType: "MetricAlarm",
        Timestamp: new Date(time),
        HistoryItemType: type,
        HistorySummary: summary,
      }));
      return { AlarmHistoryItems: shown };
    },
  );

export const alarmActions = (cloudWatch: CloudWatch): Readonly<Record<string, Action>> => {
  const { alarms, work, store } = cloudWatch;
  return {
    PutMetricAlarm: action({ AlarmName: name, ...alarmEntries }, ({ AlarmName, ...settings }, { region }) => {
      putAlarm(cloudWatch, { name: AlarmName, region }, settings);
    }),
    DescribeAlarms: describeAlarms(cloudWatch),
    DescribeAlarmHistory: describeAlarmHistory(cloudWatch),
    DeleteAlarms: action({ AlarmNames: v.array(name) }, ({ AlarmNames }) => {
      const found = AlarmNames.map((each) => alarms.get(each).name);
      store.transaction(() => found.forEach((each) => dropAlarm(cloudWatch, each)));
    }),
    SetAlarmState: action(
      { AlarmName: name, StateValue: stateValue, StateReason: v.string(), StateReasonData: v.optional(v.string()) },
      ({ AlarmName, StateValue, StateReason }) => {
        work.setState(alarms.get(AlarmName), { value: StateValue, reason: StateReason });
        work.changed(AlarmName);
      },
    ),
  };
};
