// CloudFormation's API actions.
import type { Action } from "../../gateway/service.ts";
import { changeSetActions } from "./change-sets.ts";
import { descriptionActions } from "./descriptions.ts";
import type { ActionGround } from "./parameters.ts";
import { resourceActions } from "./resources.ts";
import { stackActions } from "./stacks.ts";
import { templateActions } from "./templates.ts";

export const actionsOf = (ground: ActionGround): Readonly<Record<string, Action>> => ({
  ...stackActions(ground),
  ...descriptionActions(ground),
  ...resourceActions(ground),
  ...changeSetActions(ground),
  ...templateActions(ground),
});
