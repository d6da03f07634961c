import type { EventBridgeEvent, ScheduledEvent } from "aws-lambda";
import { ACCOUNT, EVENT_TIME, REGION, uuid } from "./deterministic.ts";

export interface EventBridgeOptions<Type extends string, Detail> {
  readonly source: string;
  readonly detailType: Type;
  readonly detail: Detail;
  /** ARNs that the event is about. */
  readonly resources?: readonly string[];
  readonly time?: number;
}

/** An event of a bus, as a rule hands it to its target. */
export const eventBridgeEvent = <Type extends string, Detail>(
  options: EventBridgeOptions<Type, Detail>,
): EventBridgeEvent<Type, Detail> => {
  const { source, detailType, detail, resources = [], time = EVENT_TIME } = options;
  return {
    version: "0",
    id: uuid(options),
    "detail-type": detailType,
    source,
    account: ACCOUNT,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"), // whole seconds
    region: REGION,
    resources: [...resources],
    detail,
  };
};

export interface ScheduleEventOptions {
  /** Of the rule or schedule. */
  readonly name?: string;
  /** When it is due, ms since 1970. */
  readonly time?: number;
  /** A rule with a schedule, or a schedule of EventBridge Scheduler; default `rule`. */
  readonly by?: "rule" | "scheduler";
}

/** What a schedule without an input of its own hands to its function. Scheduler's `detail` is the text `{}`. */
export const scheduleEvent = (options: ScheduleEventOptions = {}): ScheduledEvent<unknown> => {
  const { name = "schedule", time = EVENT_TIME, by = "rule" } = options;
  const [service, path] = by === "rule" ? ["events", "rule"] : ["scheduler", "schedule/default"];
  return eventBridgeEvent({
    source: `aws.${service}`,
    detailType: "Scheduled Event",
    detail: by === "rule" ? {} : "{}",
    resources: [`arn:aws:${service}:${REGION}:${ACCOUNT}:${path}/${name}`],
    time,
  });
};
