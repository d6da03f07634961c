// An alarm: what it watches, and its state.
import { ACCOUNT } from "../gateway/service.ts";
import type { StateValue } from "./judge.ts";
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

export const alarmArn = ({ name, region }: Pick<Alarm, "name" | "region">): string =>
  `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:${name}`;

export const metricOf = ({ Namespace, MetricName, Dimensions }: AlarmSettings): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
});
