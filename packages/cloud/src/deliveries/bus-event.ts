// An event as EventBridge and Scheduler make it.
import { randomUUID } from "node:crypto";
import { ACCOUNT } from "../gateway/service.ts";

/** The order of its members is AWS's. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** Seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface EventFacts {
  readonly detailType: string;
  readonly source: string;
  readonly time: number;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** AWS's time stamp of events: whole seconds. */
export const secondsOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

export const makeEvent = ({ detailType, source, time, region, resources, detail }: EventFacts): BusEvent => ({
  version: "0",
  id: randomUUID(),
  "detail-type": detailType,
  source,
  account: ACCOUNT,
  time: secondsOf(time),
  region,
  resources,
  detail,
});
