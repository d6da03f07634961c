// The three operations on a stack, and what the next start does about one that was cut short.
import { applyAll, liveResources } from "./apply.ts";
import { reasonOf, setStack, type Engine } from "./engine.ts";
import { checkExports, exportsOf, outputsOf } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { deleteAll } from "./remove.ts";
import { finishUpdate, rollBackCreate, rollBackUpdate } from "./rollback.ts";
import type { StackRecord, Step } from "./state.ts";

/** Outputs and exports, or the sentence that says why they cannot be. */
const settle = (engine: Engine, stack: StackRecord, prepared: Prepared): StackRecord | string => {
  try {
    const outputs = outputsOf(prepared, liveResources(engine, stack.stackId));
    const exports = exportsOf(stack.stackId, outputs);
    checkExports(engine, stack, exports);
    engine.state.setExports(stack.stackId, exports);
    const { nextPolicy, ...rest } = stack;
    return { ...rest, outputs, imports: prepared.imports, ...(nextPolicy !== undefined && { policy: nextPolicy }) };
  } catch (error) {
    return `${reasonOf(error)}. `;
  }
};

/** Creates everything; on a failure takes it back as the stack's `onFailure` says. */
export const runCreate = async (engine: Engine, stack: StackRecord, prepared: Prepared): Promise<StackRecord> => {
  const failure = await applyAll({ engine, stack, prepared, live: liveResources(engine, stack.stackId) });
  const settled =
    failure ??
    engine.state.transaction(() => {
      const next = settle(engine, stack, prepared);
      if (typeof next === "string") return next;
      engine.state.setJournal(stack.stackId, []);
      return setStack(engine, next, "CREATE_COMPLETE");
    });
  if (typeof settled !== "string") return settled;
  if (stack.onFailure === "DO_NOTHING") return setStack(engine, stack, "CREATE_FAILED", settled);
  return rollBackCreate(engine, stack, settled);
};

/** What the clean-up has to remove: predecessors of replaced resources, and resources no longer declared. */
const obsolete = (engine: Engine, stackId: string, prepared: Prepared): readonly Step[] => {
  const replaced = engine.state
    .journal(stackId)
    .flatMap((step): Step[] => (step.step === "replace" ? [{ step: "remove", record: step.before }] : []));
  const undeclared = engine.state
    .resources(stackId)
    .filter(({ logicalId }) => !prepared.resources.has(logicalId))
    .map((record): Step => ({ step: "remove", record }));
  return [...replaced, ...undeclared];
};

/** Updates everything; on a failure goes back to what was. */
export const runUpdate = async (engine: Engine, stack: StackRecord, prepared: Prepared): Promise<StackRecord> => {
  const failure = await applyAll({ engine, stack, prepared, live: liveResources(engine, stack.stackId) });
  const settled =
    failure ??
    engine.state.transaction(() => {
      const next = settle(engine, stack, prepared);
      if (typeof next === "string") return next;
      engine.state.setJournal(stack.stackId, obsolete(engine, stack.stackId, prepared));
      const { before: _before, ...committed } = next;
      return setStack(engine, committed, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    });
  if (typeof settled === "string") return rollBackUpdate(engine, stack, settled);
  return finishUpdate(engine, settled);
};

const CUT = "The embedded AWS ended in the middle of this operation. ";

/** Ends what the last process left: rolls creations and updates back, carries deletions and clean-ups on. */
export const resume = async (engine: Engine, left: StackRecord): Promise<StackRecord> => {
  const stack = { ...left, interruptions: (left.interruptions ?? 0) + 1 };
  switch (stack.status) {
    case "CREATE_IN_PROGRESS":
    case "ROLLBACK_IN_PROGRESS":
      return rollBackCreate(engine, stack, CUT);
    case "UPDATE_IN_PROGRESS":
    case "UPDATE_ROLLBACK_IN_PROGRESS":
      return rollBackUpdate(engine, stack, CUT);
    case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
      return finishUpdate(engine, stack);
    case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
      return setStack(engine, stack, "UPDATE_ROLLBACK_COMPLETE");
    case "DELETE_IN_PROGRESS":
      return deleteAll(engine, stack);
    default:
      return left;
  }
};
