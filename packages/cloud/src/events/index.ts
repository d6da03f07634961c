// EventBridge: buses, rules and their targets.
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Deliver, EventBuses, Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { busActions } from "./buses.ts";
import { createEngine } from "./engine.ts";
import { createModel } from "./model.ts";
import { eventsNeeds } from "./needs.ts";
import { createEventDelivery, eventActions } from "./put-events.ts";
import { busPolicyType, busType, ruleType } from "./resources.ts";
import { ruleActions } from "./rules.ts";
import { startSchedules } from "./schedules.ts";

export interface EventsPorts {
  readonly iam: Pick<AccountIam, "decide" | "trusts" | "principalOf">;
  readonly deliver: Deliver;
}

/** The EventBridge of one cloud. */
export const createEvents = (
  ground: Ground,
  { iam, deliver }: EventsPorts,
): EventBuses & { readonly service: Service; readonly start: () => void } => {
  const model = createModel(ground);
  const engine = createEngine(ground, { iam, deliver, model });
  return {
    deliver: createEventDelivery(ground, model, engine),
    start: () => {
      engine.start();
      startSchedules(ground, model, engine);
    },
    service: {
      name: "events",
      protocol: jsonProtocol({ version: "1.1", prefix: "AWSEvents" }),
      actions: {
        ...eventActions(ground, model, engine),
        ...ruleActions(ground, model),
        ...busActions(model),
      },
      needs: eventsNeeds(model),
      policyOf: (resource) => model.findBus(resource.split(":")[3] ?? "", resource)?.policy,
      types: {
        "AWS::Events::Rule": ruleType(ground, model),
        "AWS::Events::EventBus": busType(model),
        "AWS::Events::EventBusPolicy": busPolicyType(model),
      },
    },
  };
};
