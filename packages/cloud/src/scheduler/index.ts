// EventBridge Scheduler: schedules in their own time zones.
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import { restJsonProtocol } from "../protocols/rest-json.ts";
import { ROUTES, schedulerActions } from "./actions.ts";
import { createEngine } from "./engine.ts";
import { createModel } from "./model.ts";
import { schedulerNeeds } from "./needs.ts";
import { groupType, scheduleType } from "./resources.ts";

export interface SchedulerPorts {
  readonly iam: Pick<AccountIam, "trusts" | "principalOf">;
  readonly deliver: Deliver;
}

/** The Scheduler of one cloud. */
export const createScheduler = (
  ground: Ground,
  { iam, deliver }: SchedulerPorts,
): { readonly service: Service; readonly start: () => void } => {
  const model = createModel(ground);
  const engine = createEngine(ground, { iam, deliver, model });
  const parts = { ground, model, engine };
  return {
    start: engine.start,
    service: {
      name: "scheduler",
      protocol: restJsonProtocol(ROUTES),
      actions: schedulerActions(parts),
      needs: schedulerNeeds,
      types: {
        "AWS::Scheduler::Schedule": scheduleType(parts),
        "AWS::Scheduler::ScheduleGroup": groupType(parts),
      },
    },
  };
};
