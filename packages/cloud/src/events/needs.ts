// What IAM must allow for each request. iam:PassRole for the roles of targets is not asked (u).
import type { Call, Need } from "../gateway/service.ts";
import { busArn, DEFAULT_BUS, type EventsModel, ruleArn } from "./model.ts";

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const entriesOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];

const ON_BUS = new Set(["CreateEventBus", "DescribeEventBus", "DeleteEventBus"]);
const ON_ALL = new Set(["ListEventBuses", "ListRules"]);

export const eventsNeeds =
  (model: EventsModel) =>
  ({ action, input, region }: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
    const busOf = (name = DEFAULT_BUS) => model.findBus(region, name) ?? { arn: busArn(region, name), name };
    if (action === "PutEvents") {
      return entriesOf(input["Entries"]).map((entry) => ({
        action: "events:PutEvents",
        resource: busOf(textOf(entry["EventBusName"])).arn,
        context: {
          "events:source": textOf(entry["Source"]) ?? "",
          "events:detail-type": textOf(entry["DetailType"]) ?? "",
        },
      }));
    }
    const named = `events:${action}`;
    if (ON_ALL.has(action)) return [{ action: named, resource: "*" }];
    if (ON_BUS.has(action)) return [{ action: named, resource: busOf(textOf(input["Name"])).arn }];
    const bus = busOf(textOf(input["EventBusName"]));
    return [{ action: named, resource: ruleArn(bus, textOf(input["Rule"]) ?? textOf(input["Name"]) ?? "") }];
  };
