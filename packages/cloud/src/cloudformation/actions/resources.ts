// DescribeStackResource(s), ListStackResources, DescribeStackEvents, ListExports, ListImports.
import { importers } from "../outputs.ts";
import type { ResourceRecord, StackRecord } from "../state.ts";
import { invalid } from "../template.ts";
import { honoured, required, text, type ActionGround } from "./input.ts";
import { stackOf } from "./describe-stacks.ts";

/** An empty physical id is not shown: the resource does not exist yet. */
const physical = (id: string): string | undefined => (id === "" ? undefined : id);

const summary = (record: ResourceRecord): object => ({
  LogicalResourceId: record.logicalId,
  PhysicalResourceId: physical(record.physicalId),
  ResourceType: record.type,
  ResourceStatus: record.status,
  ResourceStatusReason: record.statusReason,
  DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
});

const described = ({ stackId, stackName }: StackRecord, record: ResourceRecord): object => ({
  StackId: stackId,
  StackName: stackName,
  ...summary(record),
});

export const listStackResources = (ground: ActionGround) =>
  honoured(["StackName"], (input) => {
    const { stackId } = stackOf(ground, required(input, "StackName"));
    return {
      StackResourceSummaries: ground.engine.state
        .resources(stackId)
        .map((record) => ({ ...summary(record), LastUpdatedTimestamp: new Date(record.updatedAt) })),
    };
  });

export const describeStackResources = (ground: ActionGround) =>
  honoured(["StackName", "LogicalResourceId", "PhysicalResourceId"], (input) => {
    const { engine } = ground;
    const id = text(input, "PhysicalResourceId");
    const owner = engine.state
      .all()
      .find(({ stackId }) => engine.state.resources(stackId).some((each) => each.physicalId === id));
    const stack = id === undefined ? stackOf(ground, required(input, "StackName")) : owner;
    if (stack === undefined) throw invalid(`Stack for ${id} does not exist`);
    const logicalId = text(input, "LogicalResourceId");
    return {
      StackResources: engine.state
        .resources(stack.stackId)
        .filter((record) => logicalId === undefined || record.logicalId === logicalId)
        .map((record) => ({ ...described(stack, record), Timestamp: new Date(record.updatedAt) })),
    };
  });

export const describeStackResource = (ground: ActionGround) =>
  honoured(["StackName", "LogicalResourceId"], (input) => {
    const stack = stackOf(ground, required(input, "StackName"));
    const logicalId = required(input, "LogicalResourceId");
    const record = ground.engine.state.resources(stack.stackId).find((each) => each.logicalId === logicalId);
    if (record === undefined) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.stackName}`);
    return { StackResourceDetail: { ...described(stack, record), LastUpdatedTimestamp: new Date(record.updatedAt) } };
  });

/** Events in one answer. */
const PAGE = 100;

export const describeStackEvents = (ground: ActionGround) =>
  honoured(["StackName", "NextToken"], (input) => {
    const stack = stackOf(ground, required(input, "StackName"));
    const events = ground.engine.state.events(stack.stackId).toReversed();
    const from = Number(text(input, "NextToken") ?? 0);
    return {
      StackEvents: events.slice(from, from + PAGE).map((event) => ({
        StackId: event.stackId,
        EventId: event.eventId,
        StackName: event.stackName,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId,
        ResourceType: event.type,
        Timestamp: new Date(event.time),
        ResourceStatus: event.status,
        ResourceStatusReason: event.reason,
      })),
      NextToken: from + PAGE < events.length ? String(from + PAGE) : undefined,
    };
  });

export const listExports = ({ engine }: ActionGround) =>
  honoured([], () => {
    return {
      Exports: engine.state
        .exports()
        .map(({ stackId, name, value }) => ({ ExportingStackId: stackId, Name: name, Value: value })),
    };
  });

export const listImports = ({ engine }: ActionGround) =>
  honoured(["ExportName"], (input) => {
    const name = required(input, "ExportName");
    const users = importers(engine, name);
    if (users.length === 0) throw invalid(`Export '${name}' is not imported by any stack.`);
    return { Imports: users };
  });
