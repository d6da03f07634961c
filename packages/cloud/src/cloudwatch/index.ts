// CloudWatch: metrics, also those in log lines (EMF), and alarms.
import type { MetricPoint } from "../bus/bus.ts";
import { ACCOUNT, type Need, type Service } from "../gateway/service.ts";
import type { Deliver, Ground } from "../ports.ts";
import { alarmActions } from "./alarm-actions.ts";
import type { Alarm } from "./alarm.ts";
import { createAlarms } from "./alarms.ts";
import { embeddedPoints } from "./embedded.ts";
import { metricActions } from "./metric-actions.ts";
import { createMetrics, type Metrics, pointsOf } from "./metrics.ts";
import type { CloudWatch } from "./parts.ts";
import { cloudWatchProtocol } from "./protocol.ts";
import { alarmType } from "./resources.ts";

export interface CloudWatchPorts {
  readonly deliver: Deliver;
  /** What is measured each minute while an alarm watches it: queue depths and ages. */
  readonly gauges: () => readonly MetricPoint[];
}

const needs: Service["needs"] = ({ action, input, region }): readonly Need[] => {
  const { AlarmName, AlarmNames, Namespace } = input;
  const names = typeof AlarmName === "string" ? [AlarmName] : Array.isArray(AlarmNames) ? AlarmNames.map(String) : [];
  const context: Need["context"] = action === "PutMetricData" ? { "cloudwatch:namespace": String(Namespace) } : {};
  const resources = names.map((name) => `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:${name}`);
  return (resources.length === 0 ? ["*"] : resources).map((resource) => ({ action: `cloudwatch:${action}`, resource, context })); // prettier-ignore
};

/** Makes CloudWatch; it listens to what the other services count and log. */
export const createCloudWatch = (
  ground: Ground,
  { deliver, gauges }: CloudWatchPorts,
): { readonly service: Service; readonly start: () => void; readonly alarms: () => readonly Alarm[] } => {
  const { clock, store, bus, report } = ground;
  const metrics = createMetrics(clock.now, report);
  const alarms = store.table<Alarm>("cloudwatch_alarms");
  const work = createAlarms({ clock, store, report, alarms, metrics, gauges, deliver });
  const add: Metrics["add"] = (metric, unit, time, points) => {
    metrics.add(metric, unit, time, points);
    work.moved(metric);
  };
  bus.on("metric-counted", (point) => add(point, point.unit, clock.now(), pointsOf(point.value)));
  bus.on("log-written", ({ events }) => {
    for (const { message } of events)
      for (const { metric, unit, time, values } of embeddedPoints(message))
        for (const value of values) add(metric, unit, time, pointsOf(value));
  });
  // A message that was moved to a dead-letter queue counts as sent nowhere.
  bus.on("message-sent", ({ queueArn }) => {
    const dimensions = { QueueName: queueArn.split(":").at(-1) ?? "" };
    work.moved({ namespace: "AWS/SQS", name: "", dimensions });
  });
  const cloudWatch: CloudWatch = { clock, store, metrics, alarms, work, add };
  return {
    start: work.start,
    alarms: () => alarms.list().map(([, alarm]) => alarm),
    service: {
      name: "cloudwatch",
      protocol: cloudWatchProtocol,
      actions: { ...metricActions(cloudWatch), ...alarmActions(cloudWatch) },
      needs,
      types: { "AWS::CloudWatch::Alarm": alarmType(cloudWatch) },
    },
  };
};
