// DescribeStacks, ListStacks.
import type { StackRecord } from "../state.ts";
import { invalid, parseTemplate } from "../template.ts";
import { honoured, text, texts, type ActionGround } from "./input.ts";

const parametersShown = (stack: StackRecord): readonly object[] => {
  const declared = parseTemplate(stack.templateBody).parameters;
  return Object.entries(stack.parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: String(declared[ParameterKey]?.["NoEcho"]) === "true" ? "****" : value,
  }));
};

const date = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

const stackShown = (stack: StackRecord): object => ({
  StackId: stack.stackId,
  StackName: stack.stackName,
  Description: stack.description,
  Parameters: parametersShown(stack),
  CreationTime: date(stack.createdAt),
  DeletionTime: date(stack.deletedAt),
  LastUpdatedTime: date(stack.updatedAt),
  RollbackConfiguration: {},
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
  DisableRollback: stack.onFailure === "DO_NOTHING",
  NotificationARNs: [],
  Capabilities: stack.capabilities,
  Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
    OutputKey: key,
    OutputValue: value,
    Description: description,
    ExportName: exportName,
  })),
  Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
  EnableTerminationProtection: stack.terminationProtection ?? false,
  DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
});

/** A stack by name or id; AWS's ValidationError when there is none. */
export const stackOf = ({ engine }: ActionGround, nameOrId: string): StackRecord => {
  const stack = engine.state.find(nameOrId);
  if (stack === undefined) throw invalid(`Stack with id ${nameOrId} does not exist`);
  return stack;
};

export const describeStacks = (ground: ActionGround) =>
  honoured(["StackName"], (input) => {
    const name = text(input, "StackName");
    if (name !== undefined) return { Stacks: [stackShown(stackOf(ground, name))] };
    return {
      Stacks: ground.engine.state
        .all()
        .filter(({ status }) => status !== "DELETE_COMPLETE")
        .map(stackShown),
    };
  });

export const listStacks = ({ engine }: ActionGround) =>
  honoured(["StackStatusFilter"], (input) => {
    const wanted = texts(input, "StackStatusFilter");
    const stacks = engine.state.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
    return {
      StackSummaries: stacks.map((stack) => ({
        StackId: stack.stackId,
        StackName: stack.stackName,
        TemplateDescription: stack.description,
        CreationTime: date(stack.createdAt),
        LastUpdatedTime: date(stack.updatedAt),
        DeletionTime: date(stack.deletedAt),
        StackStatus: stack.status,
        StackStatusReason: stack.statusReason,
        DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
      })),
    };
  });
