// Stacks as the command line and the tests see them.
import type { StackSummary } from "../ports.ts";
import type { Engine } from "./engine.ts";
import type { StackRecord } from "./state.ts";

/** `changed`: whether the deploy that asks had anything to do. */
export const summaryOf = (engine: Engine, { stackId, ...stack }: StackRecord, changed = false): StackSummary => ({
  stackName: stack.stackName,
  status: stack.status,
  changed,
  outputs: Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value])),
  tags: stack.tags,
  inert: engine.state.resources(stackId).flatMap(({ logicalId, type, properties }) => {
    const rules = engine.types().get(type)?.properties;
    const inert = Object.keys(properties).filter((name) => rules?.[name] === "inert");
    return inert.map((name) => `${logicalId}.${name}`);
  }),
});
