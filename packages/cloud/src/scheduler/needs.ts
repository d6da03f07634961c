// What IAM must allow for each request. iam:PassRole for a schedule's role is not asked (u).
import type { Call, Need } from "../gateway/service.ts";
import { DEFAULT_GROUP } from "./limits.ts";
import { scheduleArn } from "./model.ts";

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const schedulerNeeds = ({
  action,
  input,
  region,
}: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
  const name = textOf(input["Name"]) ?? "";
  const group = textOf(input["GroupName"]) ?? textOf(input["groupName"]) ?? DEFAULT_GROUP;
  const resource = action.startsWith("List") ? "*" : scheduleArn(region, group, name);
  return [{ action: `scheduler:${action}`, resource }];
};
