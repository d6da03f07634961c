// CloudFormation's API actions.
import type { Action } from "../../gateway/service.ts";
import {
  createChangeSetAction,
  deleteChangeSet,
  describeChangeSet,
  executeChangeSetAction,
  listChangeSets,
} from "./change-sets.ts";
import { describeStacks, listStacks } from "./describe-stacks.ts";
import type { ActionGround } from "./input.ts";
import {
  describeStackEvents,
  describeStackResource,
  describeStackResources,
  listExports,
  listImports,
  listStackResources,
} from "./resources.ts";
import {
  cancelUpdateStack,
  continueUpdateRollback,
  createStack,
  deleteStack,
  getStackPolicy,
  setStackPolicy,
  updateStack,
  updateTerminationProtection,
} from "./stacks.ts";
import { getTemplate, validateTemplate } from "./templates.ts";

const ACTIONS: Readonly<Record<string, (ground: ActionGround) => Action>> = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  CancelUpdateStack: cancelUpdateStack,
  ContinueUpdateRollback: continueUpdateRollback,
  DeleteStack: deleteStack,
  UpdateTerminationProtection: updateTerminationProtection,
  SetStackPolicy: setStackPolicy,
  GetStackPolicy: getStackPolicy,
  DescribeStacks: describeStacks,
  ListStacks: listStacks,
  CreateChangeSet: createChangeSetAction,
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSetAction,
  DeleteChangeSet: deleteChangeSet,
  ListChangeSets: listChangeSets,
  DescribeStackEvents: describeStackEvents,
  DescribeStackResource: describeStackResource,
  DescribeStackResources: describeStackResources,
  ListStackResources: listStackResources,
  ListExports: listExports,
  ListImports: listImports,
  GetTemplate: getTemplate,
  ValidateTemplate: validateTemplate,
};

export const stackActions = (ground: ActionGround): Readonly<Record<string, Action>> =>
  Object.fromEntries(Object.entries(ACTIONS).map(([name, make]) => [name, make(ground)]));
