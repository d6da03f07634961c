// CloudWatch Logs: groups, streams, events, and subscription filters.
import type { Need, Service } from "../gateway/service.ts";
import type { Ground, Logs } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { groupActions, streamActions, subscriptionActions } from "./actions.ts";
import { eventActions } from "./events.ts";
import { createLogsModel } from "./model.ts";
import { logsTypes } from "./resources.ts";
import { createSubscriptions, type Subscriptions } from "./subscriptions.ts";

export interface LogsService extends Logs {
  readonly service: Service;
  readonly groupArn: (group: string) => string;
  readonly subscriptions: Pick<Subscriptions, "list" | "setDestinationCheck">;
}

/** Makes CloudWatch Logs. */
export const createLogs = (ground: Ground): LogsService => {
  const model = createLogsModel(ground);
  const subscriptions = createSubscriptions(ground, model);
  /** The stream part stays empty for actions on a whole group, the name for those on all groups. */
  const needs: Service["needs"] = ({ action, input }): readonly Need[] => {
    const { logGroupName = "", logStreamName = "" } = input;
    const group = model.groupArn(String(logGroupName));
    return [{ action: `logs:${action}`, resource: `${group}:log-stream:${String(logStreamName)}` }];
  };
  return {
    write: model.append,
    groupExists: (group) => model.findGroup(group) !== undefined,
    groupArn: model.groupArn,
    subscriptions,
    service: {
      name: "logs",
      protocol: jsonProtocol({ version: "1.1", prefix: "Logs_20140328" }),
      actions: {
        ...groupActions(ground, model, subscriptions),
        ...streamActions(ground, model),
        ...subscriptionActions(model, subscriptions),
        ...eventActions(ground, model),
      },
      needs,
      types: logsTypes(ground, model, subscriptions),
    },
  };
};
