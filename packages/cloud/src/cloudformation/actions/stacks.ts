// CreateStack, UpdateStack, CancelUpdateStack, ContinueUpdateRollback, DeleteStack, and a stack's protections.
import { beginCreate, beginDelete, beginUpdate, continueRollback } from "../begin.ts";
import { stackPolicyOf } from "../stack-policy.ts";
import { invalid } from "../template.ts";
import { stackOf } from "./describe-stacks.ts";
import { flag, honoured, required, text, texts, type ActionGround } from "./input.ts";
import { onFailureOf, REQUEST_PARAMETERS, requestOf } from "./request.ts";

export const createStack = (ground: ActionGround) =>
  honoured([...REQUEST_PARAMETERS, "ClientRequestToken", "DisableRollback", "OnFailure"], async (input) => {
    const request = { ...(await requestOf(ground, input, undefined)), onFailure: onFailureOf(input, "OnFailure") };
    return { StackId: beginCreate(ground.engine, ground.guard, request).stack.stackId };
  });

export const updateStack = (ground: ActionGround) =>
  honoured(
    [...REQUEST_PARAMETERS, "ClientRequestToken", "DisableRollback", "UsePreviousTemplate", "StackPolicyBody"],
    async (input) => {
      const { engine, guard } = ground;
      if (flag(input, "DisableRollback"))
        throw invalid("DisableRollback of UpdateStack is not supported by the embedded AWS");
      const found = engine.state.find(required(input, "StackName"));
      const policy = text(input, "StackPolicyBody");
      if (policy !== undefined) stackPolicyOf(policy);
      const request = { ...(await requestOf(ground, input, found)), onFailure: found?.onFailure ?? "ROLLBACK" };
      const begun = beginUpdate(engine, guard, { ...request, ...(policy !== undefined && { policy }) });
      if (!("done" in begun)) throw invalid("No updates are to be performed.");
      return { StackId: begun.stack.stackId };
    },
  );

export const cancelUpdateStack = (ground: ActionGround) =>
  honoured(["StackName", "ClientRequestToken"], (input) => {
    const { stackId, status } = stackOf(ground, required(input, "StackName"));
    if (status !== "UPDATE_IN_PROGRESS") throw invalid("CancelUpdateStack cannot be called from current stack status");
    ground.engine.cancelled.add(stackId);
  });

export const continueUpdateRollback = (ground: ActionGround) =>
  honoured(["StackName", "ClientRequestToken", "ResourcesToSkip"], (input) => {
    continueRollback(ground.engine, stackOf(ground, required(input, "StackName")), texts(input, "ResourcesToSkip"));
    return {};
  });

export const deleteStack = ({ engine }: ActionGround) =>
  honoured(["StackName", "RetainResources", "ClientRequestToken"], (input) => {
    beginDelete(engine, required(input, "StackName"), texts(input, "RetainResources"));
  });

export const updateTerminationProtection = (ground: ActionGround) =>
  honoured(["StackName", "EnableTerminationProtection"], (input) => {
    const stack = stackOf(ground, required(input, "StackName"));
    ground.engine.state.put({ ...stack, terminationProtection: flag(input, "EnableTerminationProtection") });
    return { StackId: stack.stackId };
  });

export const setStackPolicy = (ground: ActionGround) =>
  honoured(["StackName", "StackPolicyBody"], (input) => {
    const policy = required(input, "StackPolicyBody");
    stackPolicyOf(policy);
    ground.engine.state.put({ ...stackOf(ground, required(input, "StackName")), policy });
  });

export const getStackPolicy = (ground: ActionGround) =>
  honoured(["StackName"], (input) => ({ StackPolicyBody: stackOf(ground, required(input, "StackName")).policy }));
