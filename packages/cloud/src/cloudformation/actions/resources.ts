// DescribeStackResource(s), ListStackResources.
import * as v from "valibot";
import type { Action } from "../../gateway/service.ts";
import type { ResourceRecord, StackRecord } from "../state.ts";
import { invalid } from "../template.ts";
import { action, STACK, stackOf, text, type ActionGround } from "./parameters.ts";

const shown = ({ stackId, stackName }: StackRecord, record: ResourceRecord) => ({
  StackId: stackId,
  StackName: stackName,
  LogicalResourceId: record.logicalId,
  // An empty one is not shown: the resource does not exist yet.
  PhysicalResourceId: record.physicalId || undefined,
  ResourceType: record.type,
  ResourceStatus: record.status,
  ResourceStatusReason: record.statusReason,
  Timestamp: new Date(record.updatedAt),
  LastUpdatedTimestamp: new Date(record.updatedAt),
});

export const resourceActions = (ground: ActionGround): Readonly<Record<string, Action>> => {
  const resourcesOf = (nameOrId: string) => {
    const stack = stackOf(ground, nameOrId);
    return ground.engine.state.resources(stack.stackId).map((record) => shown(stack, record));
  };
  return {
    ListStackResources: action(STACK, ({ StackName }) => ({ StackResourceSummaries: resourcesOf(StackName) })),
    DescribeStackResources: action({ ...STACK, LogicalResourceId: text }, ({ StackName, LogicalResourceId: id }) => ({
      StackResources: resourcesOf(StackName).filter((each) => id === undefined || each.LogicalResourceId === id),
    })),
    DescribeStackResource: action({ ...STACK, LogicalResourceId: v.string() }, (input) => {
      const { StackName, LogicalResourceId: id } = input;
      const found = resourcesOf(StackName).find((each) => each.LogicalResourceId === id);
      if (found === undefined) throw invalid(`Resource ${id} does not exist for stack ${StackName}`);
      return { StackResourceDetail: found };
    }),
  };
};
