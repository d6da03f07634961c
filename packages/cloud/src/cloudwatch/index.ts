// CloudWatch: metrics, also those in log lines (EMF), and alarms.
import type { MetricPoint } from "../bus/bus.ts";
import type { Service } from "../gateway/service.ts";
import type { Deliver, Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";

export interface CloudWatchPorts {
  readonly deliver: Deliver;
  /** What is measured each minute while an alarm watches it: queue depths and ages. */
  readonly gauges: () => readonly MetricPoint[];
}

export const createCloudWatch = (
  _ground: Ground,
  _ports: CloudWatchPorts,
): { readonly service: Service; readonly start: () => void } => ({
  start: () => {},
  service: {
    name: "cloudwatch",
    protocol: jsonProtocol({ version: "1.0", prefix: "GraniteServiceVersion20100801" }),
    actions: {},
    needs: () => [],
    types: {},
  },
});
