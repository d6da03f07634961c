// CreateStack, UpdateStack, CancelUpdateStack, DeleteStack, and a stack's protections.
import * as v from "valibot";
import type { Action } from "../../gateway/service.ts";
import { beginCreate, beginDelete, beginUpdate } from "../begin.ts";
import { flag } from "../property-schema.ts";
import { stackPolicyOf } from "../stack-policy.ts";
import { invalid } from "../template.ts";
import { action, REQUEST, requestOf, STACK, stackOf, text, type ActionGround } from "./parameters.ts";

export const stackActions = (ground: ActionGround): Readonly<Record<string, Action>> => {
  const { engine } = ground;
  return {
    CreateStack: action({ ...REQUEST, OnFailure: v.optional(v.picklist(["ROLLBACK", "DELETE"])) }, async (input) => {
      const request = { ...(await requestOf(ground, input, undefined)), onFailure: input.OnFailure };
      return { StackId: beginCreate(engine, request).stack.stackId };
    }),
    UpdateStack: action({ ...REQUEST, StackPolicyBody: text }, async (input) => {
      const { StackName, StackPolicyBody: policy } = input;
      if (policy !== undefined) stackPolicyOf(policy);
      const request = await requestOf(ground, input, engine.state.find(StackName));
      const begun = beginUpdate(engine, { ...request, policy });
      if (!("done" in begun)) throw invalid("No updates are to be performed.");
      return { StackId: begun.stack.stackId };
    }),
    CancelUpdateStack: action(STACK, ({ StackName }) => {
      const { stackId, status } = stackOf(ground, StackName);
      if (status !== "UPDATE_IN_PROGRESS")
        throw invalid("CancelUpdateStack cannot be called from current stack status");
      engine.cancelled.add(stackId);
    }),
    DeleteStack: action(STACK, ({ StackName }) => {
      beginDelete(engine, StackName);
    }),
    UpdateTerminationProtection: action({ ...STACK, EnableTerminationProtection: flag }, (input) => {
      const stack = stackOf(ground, input.StackName);
      engine.state.put({ ...stack, terminationProtection: input.EnableTerminationProtection });
      return { StackId: stack.stackId };
    }),
    SetStackPolicy: action({ ...STACK, StackPolicyBody: v.string() }, ({ StackName, StackPolicyBody: policy }) => {
      stackPolicyOf(policy);
      engine.state.put({ ...stackOf(ground, StackName), policy });
    }),
  };
};
