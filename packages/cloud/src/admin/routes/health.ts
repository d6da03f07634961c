// How queues and alarms do: what `warmstart status` shows beside the stacks.
import * as v from "valibot";
import { type AdminRoutes, list, route } from "../route.ts";

const Queue = v.object({
  name: v.string(),
  depth: v.number(),
  inFlight: v.number(),
  delayed: v.number(),
  oldestSeconds: v.number(),
  deadLetterQueueOf: list(v.string()),
});
const State = v.picklist(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const Alarm = v.object({
  name: v.string(),
  state: v.object({ value: State, reason: v.string(), since: v.number() }),
});

export type QueueHealth = v.InferOutput<typeof Queue>;
export type AlarmHealth = v.InferOutput<typeof Alarm>;

export interface HealthPorts {
  readonly sqs: { readonly status: () => readonly QueueHealth[] };
  readonly cloudWatch: { readonly alarms: () => readonly AlarmHealth[] };
}

export const healthRoutes = ({ sqs, cloudWatch }: HealthPorts): AdminRoutes => ({
  "GET /queues": route({ answer: v.object({ queues: list(Queue) }) }, () => ({ queues: sqs.status() })),
  "GET /alarms": route({ answer: v.object({ alarms: list(Alarm) }) }, () => ({ alarms: cloudWatch.alarms() })),
});
