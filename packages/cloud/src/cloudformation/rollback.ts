// Undoing what an operation did, step by step, the last one first.
import { liveResources } from "./apply.ts";
import { contextOf, reasonOf, resourceEvent, setResource, setStack, typeOf, type Engine } from "./engine.ts";
import { failedTo } from "./graph.ts";
import { cleanUp, deleteAll, removeThing } from "./remove.ts";
import type { ResourceRecord, StackRecord, Step } from "./state.ts";

/** A making that the death of the process cut short: nobody told its physical id. */
const wasCut = (record: ResourceRecord): boolean => record.physicalId === "" && record.status.endsWith("_IN_PROGRESS");

/**
 * The physical ids that a cut making may have got: its custom name, or the generated one (in lower case for buckets). None
 * that another stack has: then the making had no chance.
 */
const guesses = (engine: Engine, stack: StackRecord, record: ResourceRecord): readonly ResourceRecord[] => {
  const property = typeOf(engine, record.type).nameProperty;
  const custom = property === undefined ? undefined : record.properties[property];
  const names = typeof custom === "string" ? [custom] : [record.givenName ?? "", record.givenName?.toLowerCase() ?? ""];
  const taken = engine.state
    .all()
    .filter(({ stackId }) => stackId !== stack.stackId)
    .flatMap(({ stackId }) => engine.state.resources(stackId))
    .filter(({ type }) => type === record.type)
    .map(({ physicalId }) => physicalId);
  return [...new Set(names)]
    .filter((name) => name !== "" && !taken.includes(name))
    .map((physicalId) => ({ ...record, physicalId }));
};

const undoMaking = async (engine: Engine, stack: StackRecord, record: ResourceRecord): Promise<void> => {
  resourceEvent(engine, stack, record, { status: "DELETE_IN_PROGRESS" });
  for (const made of wasCut(record) ? guesses(engine, stack, record) : [record]) await removeThing(engine, stack, made);
  resourceEvent(engine, stack, record, { status: "DELETE_COMPLETE" });
};

const undoUpdate = async (
  engine: Engine,
  stack: StackRecord,
  attempted: ResourceRecord,
  before: ResourceRecord,
): Promise<void> => {
  setResource(engine, stack, before, { status: "UPDATE_IN_PROGRESS" });
  const { physicalId, properties } = before;
  const context = { ...contextOf(engine, stack, before), isUndo: true };
  const made = await typeOf(engine, before.type).update?.(physicalId, properties, attempted.properties, context);
  setResource(engine, stack, { ...before, ...made }, { status: "UPDATE_COMPLETE" });
};

const undo = async (engine: Engine, stack: StackRecord, step: Step, current?: ResourceRecord): Promise<void> => {
  switch (step.step) {
    case "create":
      if (current?.deletionPolicy === "Retain" && current.physicalId !== "")
        resourceEvent(engine, stack, current, { status: "DELETE_SKIPPED" });
      else if (current !== undefined) await undoMaking(engine, stack, current);
      return engine.state.removeResource(stack.stackId, step.record.logicalId);
    case "replace":
      if (current !== undefined && current.generation !== step.before.generation)
        await undoMaking(engine, stack, current);
      return engine.state.putResource(stack.stackId, step.before);
    case "update":
      return undoUpdate(engine, stack, step.record, step.before);
    case "remove":
      return;
    default:
      step satisfies never;
  }
};

/** Undoes the journal backwards; each undone step leaves it. Answers the logical ids that could not be undone. */
const undoAll = async (engine: Engine, stack: StackRecord): Promise<readonly string[]> => {
  const failed: Step[] = [];
  const steps = [...engine.state.journal(stack.stackId)];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const current = liveResources(engine, stack.stackId).get(step.record.logicalId);
    try {
      await undo(engine, stack, step, current);
    } catch (error) {
      failed.unshift(step);
      const status = step.step === "update" ? "UPDATE_FAILED" : "DELETE_FAILED";
      setResource(engine, stack, current ?? step.record, { status, reason: reasonOf(error) });
    }
    engine.state.setJournal(stack.stackId, [...steps, ...failed]);
  }
  return failed.map(({ record }) => record.logicalId);
};

/** Takes a failed creation back: everything made goes, the stack stays in ROLLBACK_COMPLETE (or goes too, if asked). */
export const rollBackCreate = async (engine: Engine, stack: StackRecord, reason: string): Promise<StackRecord> => {
  const rolling = setStack(engine, stack, "ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`);
  const failed = await undoAll(engine, rolling);
  if (failed.length > 0) return setStack(engine, rolling, "ROLLBACK_FAILED", failedTo("delete", failed));
  const done = setStack(engine, rolling, "ROLLBACK_COMPLETE");
  return stack.onFailure === "DELETE" ? deleteAll(engine, setStack(engine, done, "DELETE_IN_PROGRESS")) : done;
};

/** Takes a failed update back: old configuration, old resources, old outputs. */
export const rollBackUpdate = async (engine: Engine, stack: StackRecord, reason: string): Promise<StackRecord> => {
  const rolling = setStack(engine, stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason);
  const failed = await undoAll(engine, rolling);
  if (failed.length > 0) return setStack(engine, rolling, "UPDATE_ROLLBACK_FAILED", failedTo("update", failed));
  const old = { ...rolling, ...rolling.before, before: undefined, nextPolicy: undefined };
  return setStack(
    engine,
    setStack(engine, old, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    "UPDATE_ROLLBACK_COMPLETE",
  );
};

/** The end of a successful update, also after a restart in its middle. */
export const finishUpdate = async (engine: Engine, stack: StackRecord): Promise<StackRecord> => {
  await cleanUp(engine, stack);
  return engine.state.transaction(() => {
    engine.state.setJournal(stack.stackId, []);
    return setStack(engine, stack, "UPDATE_COMPLETE");
  });
};
