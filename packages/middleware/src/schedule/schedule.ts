// The wrapper of a function that runs at its times.
import { correlationOfBus, isBusEvent } from "../carrier/carrier.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

export interface ScheduleInput extends Call {
  /** When it was due, ISO 8601: the same at each retry. */
  readonly time: string;
  /** Of the rule or the schedule. */
  readonly name: string;
}

const dueOf = (event: unknown): Pick<ScheduleInput, "time" | "name"> => {
  const { time, resources } = isBusEvent(event) && event["detail-type"] === "Scheduled Event" ? event : {};
  const [arn]: readonly unknown[] = Array.isArray(resources) ? resources : [];
  if (typeof time !== "string" || typeof arn !== "string")
    throw new TypeError("Not the event of a schedule: give the rule or schedule no input of its own");
  return { time, name: arn.slice(arn.lastIndexOf("/") + 1) };
};

/** For a rule with a schedule, or a schedule of EventBridge Scheduler. It may fire twice; throws, to be tried again. */
export const schedule = (fn: (input: ScheduleInput) => Promise<void> | void): Handler<unknown, void> =>
  trigger<unknown, void>({
    collect: createMetrics,
    names: (event) => ({ correlationId: correlationOfBus(event) }),
    run: async (event, call) => {
      await fn(extendCall(call, dueOf(event)));
    },
    seal: (_reply, _event, open) => open.close(),
  });
