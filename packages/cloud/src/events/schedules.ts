// Rules with a schedule: on the clock, in UTC. A run that was due while the cloud was down is not made up for (u).
import { createRuns } from "../cron/runs.ts";
import { readExpression } from "../cron/schedule-expression.ts";
import { makeEvent } from "../deliveries/bus-event.ts";
import type { Ground } from "../ports.ts";
import { newTrace, writeTrace } from "../trace/header.ts";
import type { EventsEngine } from "./engine.ts";
import type { EventsModel } from "./model.ts";

/** Keeps a timer for each enabled rule with a schedule, and starts them all. */
export const startSchedules = ({ clock, store }: Ground, { rules }: EventsModel, engine: EventsEngine): void => {
  const arm = createRuns(clock, {
    label: (arn) => `events: rule ${rules.get(arn)?.name ?? arn}`,
    next: (arn, after) => {
      const rule = rules.get(arn);
      if (rule?.schedule === undefined || !rule.enabled) return undefined;
      return readExpression(rule.schedule, ["rate", "cron"]).next(after, rule.scheduledAt);
    },
    run: (arn, time) => {
      const rule = rules.get(arn);
      if (rule === undefined) return;
      const region = arn.split(":")[3] ?? "";
      const source = { detailType: "Scheduled Event", source: "aws.events", resources: [arn], detail: {} };
      const event = makeEvent({ ...source, time, region });
      store.transaction(() => engine.trigger(rule, { event, traceId: writeTrace(newTrace(time)) }));
    },
  });
  rules.onChange((arn) => arm(arn, clock.now()));
  for (const { arn } of rules.list()) arm(arn, clock.now());
};
