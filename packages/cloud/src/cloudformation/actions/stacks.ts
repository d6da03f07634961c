// CreateStack, UpdateStack, DeleteStack; DescribeStacks, ListStacks.
import type { Call, Input } from "../../gateway/service.ts";
import { beginCreate, beginDelete, beginUpdate, type StackRequest } from "../begin.ts";
import type { StackRecord } from "../state.ts";
import { invalid, isRecord, parseTemplate } from "../template.ts";
import { only, pairs, required, templateOf, text, texts, type ActionGround } from "./input.ts";

const STACK_PARAMETERS = [
  "StackName",
  "TemplateBody",
  "TemplateURL",
  "Parameters",
  "Tags",
  "Capabilities",
  "ClientRequestToken",
  "DisableRollback",
  "NotificationARNs",
];

const refuseNotifications = (input: Input): void => {
  if (texts(input, "NotificationARNs").length > 0)
    throw invalid("The parameter NotificationARNs is not supported by the embedded AWS");
};

/** Given values; UsePreviousValue takes what the stack has now. */
const parametersOf = (input: Input, previous: StackRecord | undefined): Readonly<Record<string, string>> => {
  const list: unknown = input["Parameters"];
  const values = pairs(input, "Parameters", "ParameterKey", "ParameterValue");
  const kept = Array.isArray(list) ? list.filter(isRecord).filter((each) => each["UsePreviousValue"] === "true") : [];
  return {
    ...values,
    ...Object.fromEntries(
      kept.map((each) => [String(each["ParameterKey"]), previous?.parameters[String(each["ParameterKey"])] ?? ""]),
    ),
  };
};

const onFailureOf = (input: Input): StackRequest["onFailure"] => {
  const value = text(input, "OnFailure");
  if (value !== undefined && text(input, "DisableRollback") !== undefined)
    throw invalid("You can specify either DisableRollback or OnFailure, but not both.");
  if (text(input, "DisableRollback") === "true") return "DO_NOTHING";
  if (value === undefined || value === "ROLLBACK" || value === "DELETE" || value === "DO_NOTHING")
    return value ?? "ROLLBACK";
  throw invalid(`OnFailure ${value} must be ROLLBACK, DELETE or DO_NOTHING`);
};

export const createStack =
  ({ engine, guard, readTemplate }: ActionGround) =>
  async ({ input }: Call) => {
    only("CreateStack", input, [...STACK_PARAMETERS, "OnFailure"]);
    refuseNotifications(input);
    const request: StackRequest = {
      stackName: required(input, "StackName"),
      templateBody: await templateOf(input, readTemplate),
      parameters: parametersOf(input, undefined),
      tags: pairs(input, "Tags", "Key", "Value"),
      capabilities: texts(input, "Capabilities"),
      onFailure: onFailureOf(input),
    };
    return { StackId: beginCreate(engine, guard, request).stack.stackId };
  };

export const updateStack =
  ({ engine, guard, readTemplate }: ActionGround) =>
  async ({ input }: Call) => {
    only("UpdateStack", input, [...STACK_PARAMETERS, "UsePreviousTemplate"]);
    refuseNotifications(input);
    if (text(input, "DisableRollback") === "true")
      throw invalid("DisableRollback of UpdateStack is not supported by the embedded AWS");
    const stackName = required(input, "StackName");
    const found = engine.state.find(stackName);
    const usePrevious = text(input, "UsePreviousTemplate") === "true" && found !== undefined;
    const begun = beginUpdate(engine, guard, {
      stackName,
      templateBody: usePrevious ? found.templateBody : await templateOf(input, readTemplate),
      parameters: parametersOf(input, found),
      tags: input["Tags"] === undefined ? (found?.tags ?? {}) : pairs(input, "Tags", "Key", "Value"),
      capabilities: texts(input, "Capabilities"),
      onFailure: found?.onFailure ?? "ROLLBACK",
    });
    if (!("done" in begun)) throw invalid("No updates are to be performed.");
    return { StackId: begun.stack.stackId };
  };

export const deleteStack =
  ({ engine }: ActionGround) =>
  ({ input }: Call) => {
    only("DeleteStack", input, ["StackName", "RetainResources", "ClientRequestToken"]);
    beginDelete(engine, required(input, "StackName"), texts(input, "RetainResources"));
  };

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
  EnableTerminationProtection: false,
  DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
});

/** A stack by name or id; AWS's ValidationError when there is none. */
export const stackOf = ({ engine }: ActionGround, nameOrId: string): StackRecord => {
  const stack = engine.state.find(nameOrId);
  if (stack === undefined) throw invalid(`Stack with id ${nameOrId} does not exist`);
  return stack;
};

export const describeStacks =
  (ground: ActionGround) =>
  ({ input }: Call) => {
    only("DescribeStacks", input, ["StackName"]);
    const name = text(input, "StackName");
    if (name !== undefined) return { Stacks: [stackShown(stackOf(ground, name))] };
    return {
      Stacks: ground.engine.state
        .all()
        .filter(({ status }) => status !== "DELETE_COMPLETE")
        .map(stackShown),
    };
  };

export const listStacks =
  ({ engine }: ActionGround) =>
  ({ input }: Call) => {
    only("ListStacks", input, ["StackStatusFilter"]);
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
  };
