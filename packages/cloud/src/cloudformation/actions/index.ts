// CloudFormation's API actions. Change sets are not here yet: asking for them is answered as an unknown operation.
import type { Action } from "../../gateway/service.ts";
import type { ActionGround } from "./input.ts";
import {
  describeStackEvents,
  describeStackResource,
  describeStackResources,
  listExports,
  listImports,
  listStackResources,
} from "./resources.ts";
import { createStack, deleteStack, describeStacks, listStacks, updateStack } from "./stacks.ts";
import { getTemplate, validateTemplate } from "./templates.ts";

export const stackActions = (ground: ActionGround): Readonly<Record<string, Action>> => ({
  CreateStack: createStack(ground),
  UpdateStack: updateStack(ground),
  DeleteStack: deleteStack(ground),
  DescribeStacks: describeStacks(ground),
  ListStacks: listStacks(ground),
  DescribeStackEvents: describeStackEvents(ground),
  DescribeStackResource: describeStackResource(ground),
  DescribeStackResources: describeStackResources(ground),
  ListStackResources: listStackResources(ground),
  ListExports: listExports(ground),
  ListImports: listImports(ground),
  GetTemplate: getTemplate(ground),
  ValidateTemplate: validateTemplate(ground),
});
