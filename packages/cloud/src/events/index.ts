// EventBridge: buses, rules and their targets.
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Deliver, Delivery, Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";

export interface EventsPorts {
  readonly iam: AccountIam;
  readonly deliver: Deliver;
}

export const createEvents = (
  _ground: Ground,
  _ports: EventsPorts,
): { readonly service: Service; readonly deliver: (delivery: Delivery) => void; readonly start: () => void } => ({
  start: () => {},
  deliver: ({ targetArn }) => {
    throw new Error(`no bus ${targetArn}`);
  },
  service: {
    name: "events",
    protocol: jsonProtocol({ version: "1.1", prefix: "AWSEvents" }),
    actions: {},
    needs: () => [],
    types: {},
  },
});
