// CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet, ListChangeSets.
import { AwsError } from "../../gateway/aws-error.ts";
import type { Input } from "../../gateway/service.ts";
import { createChangeSet, executeChangeSet, findChangeSet } from "../change-sets.ts";
import type { ChangeSet, PlannedChange } from "../state.ts";
import { invalid } from "../template.ts";
import { stackOf } from "./describe-stacks.ts";
import { flag, honoured, required, text, type ActionGround } from "./input.ts";
import { onFailureOf, REQUEST_PARAMETERS, requestOf } from "./request.ts";

const typeOf = (input: Input): ChangeSet["type"] => {
  const type = text(input, "ChangeSetType") ?? "UPDATE";
  if (type === "CREATE" || type === "UPDATE") return type;
  throw invalid(`ChangeSetType ${type} is not supported by the embedded AWS: CREATE or UPDATE`);
};

const CREATE_PARAMETERS = ["ChangeSetName", "ChangeSetType", "Description", "ClientToken", "OnStackFailure"];

export const createChangeSetAction = (ground: ActionGround) =>
  honoured([...REQUEST_PARAMETERS, ...CREATE_PARAMETERS, "UsePreviousTemplate"], async (input) => {
    const { engine, guard } = ground;
    const name = required(input, "ChangeSetName");
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name))
      throw invalid(
        `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    const description = text(input, "Description");
    const found = engine.state.find(required(input, "StackName"));
    const request = { ...(await requestOf(ground, input, found)), onFailure: onFailureOf(input, "OnStackFailure") };
    const type = typeOf(input);
    const wanted = { name, type, request, ...(description !== undefined && { description }) };
    const { id, stackId } = createChangeSet(engine, guard, wanted);
    return { Id: id, StackId: stackId };
  });

const changeSetOf = ({ engine }: ActionGround, input: Input): ChangeSet => {
  const name = required(input, "ChangeSetName");
  const found = findChangeSet(engine, name, text(input, "StackName"));
  if (found === undefined) throw new AwsError("ChangeSetNotFound", 404, `ChangeSet [${name}] does not exist`);
  return found;
};

const changeShown = ({ action, logicalId, type, physicalId, replacement, scope, details }: PlannedChange): object => ({
  Type: "Resource",
  ResourceChange: {
    Action: action,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Replacement: replacement,
    Scope: scope,
    Details: details.map(({ name, recreation, source, cause }) => ({
      Target: { Attribute: "Properties", Name: name, RequiresRecreation: recreation },
      Evaluation: recreation === "Conditionally" ? "Dynamic" : "Static",
      ChangeSource: source,
      CausingEntity: cause,
    })),
  },
});

const summaryOf = ({ id, name, stackId, request, createdAt, failure, description }: ChangeSet): object => ({
  ChangeSetId: id,
  ChangeSetName: name,
  StackId: stackId,
  StackName: request.stackName,
  Description: description,
  CreationTime: new Date(createdAt),
  ExecutionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
  Status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
  StatusReason: failure,
  IncludeNestedStacks: false,
});

export const describeChangeSet = (ground: ActionGround) =>
  honoured(["ChangeSetName", "StackName"], (input) => {
    const changeSet = changeSetOf(ground, input);
    const { parameters, tags, capabilities } = changeSet.request;
    return {
      ...summaryOf(changeSet),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      Capabilities: capabilities,
      NotificationARNs: [],
      RollbackConfiguration: {},
      Changes: changeSet.changes.map(changeShown),
    };
  });

export const executeChangeSetAction = (ground: ActionGround) =>
  honoured(["ChangeSetName", "StackName", "ClientRequestToken", "DisableRollback"], (input) => {
    const changeSet = changeSetOf(ground, input);
    if (flag(input, "DisableRollback") && changeSet.type === "UPDATE")
      throw invalid("DisableRollback of an update is not supported by the embedded AWS");
    const onFailure = flag(input, "DisableRollback") ? "DO_NOTHING" : changeSet.request.onFailure;
    executeChangeSet(ground.engine, ground.guard, changeSet, onFailure);
    return {};
  });

/** Succeeds when there is none, as in AWS; the stack must exist. */
export const deleteChangeSet = (ground: ActionGround) =>
  honoured(["ChangeSetName", "StackName"], (input) => {
    const { engine } = ground;
    const found = findChangeSet(engine, required(input, "ChangeSetName"), text(input, "StackName"));
    if (found !== undefined) engine.state.removeChangeSet(found.stackId, found.name);
    return {};
  });

export const listChangeSets = (ground: ActionGround) =>
  honoured(["StackName"], (input) => {
    const { stackId } = stackOf(ground, required(input, "StackName"));
    return { Summaries: ground.engine.state.changeSets(stackId).map(summaryOf) };
  });
