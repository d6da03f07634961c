// DescribeStacks, ListStacks, DescribeStackEvents, ListExports, ListImports.
import * as v from "valibot";
import type { Action } from "../../gateway/service.ts";
import { importers } from "../outputs.ts";
import type { StackRecord } from "../state.ts";
import { invalid, parseTemplate } from "../template.ts";
import { action, listOf, stackOf, text, type ActionGround } from "./parameters.ts";

const date = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

const summary = (stack: StackRecord): object => ({
  StackId: stack.stackId,
  StackName: stack.stackName,
  CreationTime: date(stack.createdAt),
  LastUpdatedTime: date(stack.updatedAt),
  DeletionTime: date(stack.deletedAt),
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
});

const description = (stack: StackRecord): object => {
  const template = parseTemplate(stack.templateBody);
  return {
    ...summary(stack),
    Description: template.description,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: String(template.parameters[ParameterKey]?.["NoEcho"]) === "true" ? "****" : value,
    })),
    Capabilities: stack.capabilities,
    Outputs: stack.outputs.map(({ key, value, description: Description, exportName: ExportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description,
      ExportName,
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: stack.terminationProtection ?? false,
  };
};

/** Events in one answer. */
const PAGE = 100;

const eventsOf = (ground: ActionGround, name: string, from: number): object => {
  const { stackId } = stackOf(ground, name);
  const events = ground.engine.state.events(stackId).toReversed();
  const StackEvents = events.slice(from, from + PAGE).map((event) => ({
    StackId: stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.time),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  }));
  return { StackEvents, NextToken: from + PAGE < events.length ? String(from + PAGE) : undefined };
};

export const descriptionActions = (ground: ActionGround): Readonly<Record<string, Action>> => {
  const { state } = ground.engine;
  return {
    DescribeStacks: action({ StackName: text }, ({ StackName }) => ({
      Stacks: (StackName === undefined ? state.existing() : [stackOf(ground, StackName)]).map(description),
    })),
    ListStacks: action({ StackStatusFilter: v.optional(listOf(v.string()), []) }, ({ StackStatusFilter: wanted }) => {
      const stacks = state.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
      return { StackSummaries: stacks.map(summary) };
    }),
    DescribeStackEvents: action({ StackName: v.string(), NextToken: text }, ({ StackName, NextToken }) =>
      eventsOf(ground, StackName, Number(NextToken ?? 0)),
    ),
    ListExports: action({}, () => ({
      Exports: state
        .exports()
        .map(({ stackId, name, value }) => ({ ExportingStackId: stackId, Name: name, Value: value })),
    })),
    ListImports: action({ ExportName: v.string() }, ({ ExportName: name }) => {
      const users = importers(ground.engine, name);
      if (users.length === 0) throw invalid(`Export '${name}' is not imported by any stack.`);
      return { Imports: users };
    }),
  };
};
