// What an alarm tells when its state changes: its topics and queues, and EventBridge.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
import { randomUUID } from "node:crypto";
import { ACCOUNT } from "../gateway/service.ts";
import type { Delivery } from "../ports.ts";
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

const stateOf = ({ value, reason, since }: Alarm["state"]): object => ({ value, reason, timestamp: stamp(since) });

/** The event "CloudWatch Alarm State Change" about the same change, for the default bus. */
export const alarmEvent = (
  alarm: Alarm,
  before: Alarm["state"],
): Pick<Delivery, "targetArn" | "source" | "detailType" | "resources" | "body"> => {
  const { name, region, settings, state } = alarm;
  const { Namespace, MetricName, Dimensions, Period, Statistic, AlarmDescription } = settings;
  const metric = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
  const configuration = {
    ...(AlarmDescription !== undefined && { description: AlarmDescription }),
    metrics: [{ id: randomUUID(), metricStat: { metric, period: Period, stat: Statistic }, returnData: true }],
  };
  return {
    targetArn: `arn:aws:events:${region}:${ACCOUNT}:event-bus/default`,
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [alarmArn(alarm)],
    body: JSON.stringify({ alarmName: name, configuration, previousState: stateOf(before), state: stateOf(state) }),
  };
};
