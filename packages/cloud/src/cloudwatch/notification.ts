// What an alarm tells its topics when its state changes.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
import { ACCOUNT } from "../gateway/service.ts";
import { type Alarm, alarmArn } from "./alarm.ts";
import { REGION_NAMES } from "./limits.ts";

const SHORT = { SampleCount: "SAMPLE_COUNT", Average: "AVERAGE", Sum: "SUM", Minimum: "MINIMUM", Maximum: "MAXIMUM" };

const stamp = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

const trigger = ({ settings }: Alarm): object => ({
  MetricName: settings.MetricName,
  Namespace: settings.Namespace,
  StatisticType: "Statistic",
  Statistic: SHORT[settings.Statistic],
  Unit: settings.Unit ?? null,
  Dimensions: Object.entries(settings.Dimensions).map(([name, value]) => ({ value, name })),
  Period: settings.Period,
  EvaluationPeriods: settings.EvaluationPeriods,
  DatapointsToAlarm: settings.DatapointsToAlarm ?? settings.EvaluationPeriods,
  ComparisonOperator: settings.ComparisonOperator,
  Threshold: settings.Threshold,
  TreatMissingData: settings.TreatMissingData,
  EvaluateLowSampleCountPercentile: "",
});

/** Subject and JSON text of the message about a change from `before` to what the alarm is now. */
export const notification = (
  alarm: Alarm,
  before: Alarm["state"],
): { readonly subject: string; readonly body: string } => {
  const { name, region, settings, state, configuredAt } = alarm;
  const Region = REGION_NAMES[region] ?? region;
  const body = {
    AlarmName: name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: ACCOUNT,
    AlarmConfigurationUpdatedTimestamp: stamp(configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: stamp(state.since),
    Region,
    AlarmArn: alarmArn(alarm),
    OldStateValue: before.value,
    OKActions: settings.OKActions,
    AlarmActions: settings.AlarmActions,
    InsufficientDataActions: settings.InsufficientDataActions,
    Trigger: trigger(alarm),
  };
  return { subject: `${state.value}: "${name}" in ${Region}`.slice(0, 100), body: JSON.stringify(body) };
};
