// EventBridge Scheduler: schedules in their own time zones.
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import { restJsonProtocol } from "../protocols/rest-json.ts";

export interface SchedulerPorts {
  readonly iam: AccountIam;
  readonly deliver: Deliver;
}

export const createScheduler = (
  _ground: Ground,
  _ports: SchedulerPorts,
): { readonly service: Service; readonly start: () => void } => ({
  start: () => {},
  service: {
    name: "scheduler",
    protocol: restJsonProtocol([]),
    actions: {},
    needs: () => [],
    types: {},
  },
});
