// Taking resources away: at deletion, at the clean-up of an update, and in a rollback.
import { liveResources } from "./apply.ts";
import { contextOf, reasonOf, resourceEvent, setResource, setStack, typeOf, type Engine } from "./engine.ts";
import { failedTo, reversed, runInOrder } from "./graph.ts";
import type { ResourceRecord, StackRecord } from "./state.ts";

/** Removes the real thing. One that was never made (no physical id) is only forgotten. */
export const removeThing = async (engine: Engine, stack: StackRecord, record: ResourceRecord): Promise<void> => {
  if (record.physicalId === "") return;
  await typeOf(engine, record.type).remove(record.physicalId, record.properties, contextOf(engine, stack, record));
};

/** Removes a resource as its policy says, and its record; the record of a replaced one is its successor's. */
const removeResource = async (
  engine: Engine,
  stack: StackRecord,
  record: ResourceRecord,
  isReplaced: boolean,
): Promise<void> => {
  const note = isReplaced ? resourceEvent : setResource;
  const policy = isReplaced ? record.updateReplacePolicy : record.deletionPolicy;
  if (policy === "Delete") {
    note(engine, stack, record, { status: "DELETE_IN_PROGRESS" });
    try {
      await removeThing(engine, stack, record);
    } catch (error) {
      note(engine, stack, record, { status: "DELETE_FAILED", reason: reasonOf(error) });
      throw error;
    }
  }
  engine.state.transaction(() => {
    resourceEvent(engine, stack, record, { status: policy === "Delete" ? "DELETE_COMPLETE" : "DELETE_SKIPPED" });
    if (!isReplaced) engine.state.removeResource(stack.stackId, record.logicalId);
  });
};

/** Removes resources, dependents first. Answers the logical ids of those that stay. */
const removeAll = async (
  engine: Engine,
  stack: StackRecord,
  records: readonly ResourceRecord[],
): Promise<readonly string[]> => {
  const byId = new Map(records.map((record) => [record.logicalId, record]));
  const current = liveResources(engine, stack.stackId);
  const remove = async (logicalId: string): Promise<void> => {
    const record = byId.get(logicalId);
    const isReplaced = current.get(logicalId)?.generation !== record?.generation;
    if (record !== undefined) await removeResource(engine, stack, record, isReplaced);
  };
  const dependencies = new Map(records.map(({ logicalId, dependsOn }) => [logicalId, new Set(dependsOn)]));
  return runInOrder(reversed(dependencies), remove, { stop: false });
};

/** Deletes all resources of a stack, dependents first, and then the stack. */
export const deleteAll = async (engine: Engine, stack: StackRecord): Promise<StackRecord> => {
  const failed = await removeAll(engine, stack, engine.state.resources(stack.stackId));
  if (failed.length > 0) return setStack(engine, stack, "DELETE_FAILED", failedTo("delete", failed));
  return engine.state.transaction(() => {
    engine.state.setJournal(stack.stackId, []);
    return setStack(engine, { ...stack, deletedAt: engine.ground.clock.now() }, "DELETE_COMPLETE");
  });
};

/**
 * The clean-up phase of an update: what was replaced or is no longer declared goes, dependents first. What cannot be
 * removed is left behind with an event, as in AWS: the update has succeeded.
 */
export const cleanUp = async (engine: Engine, stack: StackRecord): Promise<void> => {
  const obsolete = engine.state.journal(stack.stackId).flatMap((step) => (step.step === "remove" ? [step.record] : []));
  const failed = await removeAll(engine, stack, obsolete);
  for (const [logicalId, { status }] of liveResources(engine, stack.stackId))
    if (failed.includes(logicalId) && status === "DELETE_FAILED") engine.state.removeResource(stack.stackId, logicalId);
};
