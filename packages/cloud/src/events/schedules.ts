// Rules with a schedule: on the clock, in UTC. A run that was due while the cloud was down is not made up for (u).
import type { Timer } from "../clock/clock.ts";
import { readExpression } from "../cron/schedule-expression.ts";
import type { Ground } from "../ports.ts";
import { newTrace, writeTrace } from "../trace/header.ts";
import type { EventsEngine } from "./engine.ts";
import type { EventsModel } from "./model.ts";
import { makeEvent } from "./put-events.ts";

/** Keeps a timer for each enabled rule with a schedule, and starts them all. */
export const startSchedules = ({ clock, store }: Ground, model: EventsModel, engine: EventsEngine): void => {
  const timers = new Map<string, Timer>();
  const fire = (arn: string, time: number): void => {
    const rule = model.findRule(arn);
    if (rule === undefined || !rule.enabled) return;
    const facts = { "detail-type": "Scheduled Event", source: "aws.events", time, region: arn.split(":")[3] ?? "" };
    const event = makeEvent({ ...facts, resources: [arn], detail: {} });
    store.transaction(() => engine.trigger(rule, { event, traceId: writeTrace(newTrace(time)) }));
  };
  const arm = (arn: string): void => {
    timers.get(arn)?.cancel();
    timers.delete(arn);
    const rule = model.findRule(arn);
    if (rule?.schedule === undefined || !rule.enabled) return;
    const { next } = readExpression(rule.schedule, ["rate", "cron"]);
    const armNext = (): void => {
      const time = next(clock.now(), rule.scheduledAt);
      if (time === undefined) return;
      const run = (): void => {
        armNext();
        fire(arn, time);
      };
      timers.set(arn, clock.at(time, `events: rule ${rule.name}`, run));
    };
    armNext();
  };
  model.onRule(arm);
  for (const { arn } of model.rules()) arm(arn);
};
