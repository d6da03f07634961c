// What the actions of CloudWatch work with.
import type { Ground } from "../ports.ts";
import type { Table } from "../store/store.ts";
import type { Alarm } from "./alarm.ts";
import type { Alarms } from "./alarms.ts";
import type { Metrics } from "./metrics.ts";

export interface CloudWatch extends Pick<Ground, "clock" | "store"> {
  readonly metrics: Metrics;
  readonly alarms: Table<Alarm>;
  readonly work: Alarms;
  /** Keeps points and tells the alarms. */
  readonly add: Metrics["add"];
}
