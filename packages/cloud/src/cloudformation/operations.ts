// The three operations on a stack, and what the next start does about one that was cut short.
import { applyAll, liveResources } from "./apply.ts";
import { reasonOf, setStack, type Engine } from "./engine.ts";
import { checkExports, outputsOf } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { deleteAll } from "./remove.ts";
import { finishUpdate, rollBackCreate, rollBackUpdate } from "./rollback.ts";
import type { StackRecord, Step } from "./state.ts";

/**
 * Applies the template; `commit` records the stack with its outputs. Answers that, or the sentence that says why not:
 * a resource failed, or outputs and exports cannot be.
 */
const run = async (
  engine: Engine,
  stack: StackRecord,
  prepared: Prepared,
  commit: (settled: StackRecord) => StackRecord,
): Promise<StackRecord | string> => {
  const failure = await applyAll({ engine, stack, prepared, live: liveResources(engine, stack.stackId) });
  if (failure !== undefined) return failure;
  try {
    return engine.state.transaction(() => {
      const outputs = outputsOf(prepared, liveResources(engine, stack.stackId));
      checkExports(engine, stack, outputs);
      const { imports } = prepared;
      const policy = stack.nextPolicy ?? stack.policy;
      return commit({ ...stack, outputs, imports, policy, nextPolicy: undefined, before: undefined });
    });
  } catch (error) {
    return `${reasonOf(error)}. `;
  }
};

/** Creates everything; on a failure takes it back as the stack's `onFailure` says. */
export const runCreate = async (engine: Engine, stack: StackRecord, prepared: Prepared): Promise<StackRecord> => {
  const settled = await run(engine, stack, prepared, (next) => {
    engine.state.setJournal(stack.stackId, []);
    return setStack(engine, next, "CREATE_COMPLETE");
  });
  return typeof settled === "string" ? rollBackCreate(engine, stack, settled) : settled;
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
  const settled = await run(engine, stack, prepared, (next) => {
    engine.state.setJournal(stack.stackId, obsolete(engine, stack.stackId, prepared));
    return setStack(engine, next, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  });
  return typeof settled === "string" ? rollBackUpdate(engine, stack, settled) : finishUpdate(engine, settled);
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
