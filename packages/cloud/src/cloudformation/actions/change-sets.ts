// CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet, ListChangeSets.
import * as v from "valibot";
import { AwsError } from "../../gateway/aws-error.ts";
import type { Action } from "../../gateway/service.ts";
import { createChangeSet, executeChangeSet, findChangeSet } from "../change-sets.ts";
import type { ChangeSet } from "../state.ts";
import { action, REQUEST, requestOf, STACK, stackOf, text, type ActionGround } from "./parameters.ts";

const summary = ({ id, name, stackId, request, createdAt, failure, description }: ChangeSet): object => ({
  ChangeSetId: id,
  ChangeSetName: name,
  StackId: stackId,
  StackName: request.stackName,
  Description: description,
  CreationTime: new Date(createdAt),
  ExecutionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
  Status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
  StatusReason: failure,
});

const description = (changeSet: ChangeSet): object => ({
  ...summary(changeSet),
  Changes: changeSet.changes.map(({ action: Action, logicalId, type, physicalId, replacement, scope }) => ({
    Type: "Resource",
    ResourceChange: {
      Action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: replacement,
      Scope: scope,
    },
  })),
});

const NAMED = { ChangeSetName: v.string(), StackName: text };

export const changeSetActions = (ground: ActionGround): Readonly<Record<string, Action>> => {
  const { engine } = ground;
  const find = (name: string, stackName: string | undefined): ChangeSet => {
    const found = findChangeSet(engine, name, stackName);
    if (found === undefined) throw new AwsError("ChangeSetNotFound", 404, `ChangeSet [${name}] does not exist`);
    return found;
  };
  return {
    CreateChangeSet: action(
      {
        ...REQUEST,
        ChangeSetName: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, "must match [a-zA-Z][-a-zA-Z0-9]*")),
        ChangeSetType: v.optional(v.picklist(["CREATE", "UPDATE"]), "UPDATE"),
        Description: text,
      },
      async (input) => {
        const { ChangeSetName: name, ChangeSetType: type, StackName, Description } = input;
        const request = await requestOf(ground, input, engine.state.find(StackName));
        const { id, stackId } = createChangeSet(engine, { name, type, request, description: Description });
        return { Id: id, StackId: stackId };
      },
    ),
    DescribeChangeSet: action(NAMED, ({ ChangeSetName, StackName }) => description(find(ChangeSetName, StackName))),
    ExecuteChangeSet: action(NAMED, ({ ChangeSetName, StackName }) => {
      executeChangeSet(engine, find(ChangeSetName, StackName));
      return {};
    }),
    /** Succeeds when there is none, as in AWS; the stack must exist. */
    DeleteChangeSet: action(NAMED, ({ ChangeSetName, StackName }) => {
      const found = findChangeSet(engine, ChangeSetName, StackName);
      if (found !== undefined) engine.state.removeChangeSet(found.stackId, found.name);
      return {};
    }),
    ListChangeSets: action(STACK, ({ StackName }) => ({
      Summaries: engine.state.changeSets(stackOf(ground, StackName).stackId).map(summary),
    })),
  };
};
