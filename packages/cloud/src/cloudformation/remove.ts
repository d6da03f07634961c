// Taking resources away: at deletion, at the clean-up of an update, and in a rollback.
import { liveResources } from "./apply.ts";
import { contextOf, reasonOf, resourceEvent, setResource, setStack, typeOf, type Engine } from "./engine.ts";
import { reversed, runInOrder } from "./graph.ts";
import type { ResourceRecord, StackRecord } from "./state.ts";

const isRetained = ({ deletionPolicy }: ResourceRecord): boolean => deletionPolicy !== "Delete";

/** Removes the real thing. One that was never made (no physical id) is only forgotten. */
export const removeThing = async (engine: Engine, stack: StackRecord, record: ResourceRecord): Promise<void> => {
  if (record.physicalId === "") return;
  await typeOf(engine, record.type).remove(record.physicalId, record.properties, contextOf(engine, stack, record));
};

const dependenciesAmong = (records: readonly ResourceRecord[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const ids = new Set(records.map(({ logicalId }) => logicalId));
  return new Map(
    records.map(({ logicalId, dependsOn }) => [logicalId, new Set(dependsOn.filter((id) => ids.has(id)))]),
  );
};

const removeResource = async (engine: Engine, stack: StackRecord, record: ResourceRecord): Promise<void> => {
  if (isRetained(record)) {
    resourceEvent(engine, stack, { ...record, status: "DELETE_SKIPPED" });
    engine.state.removeResource(stack.stackId, record.logicalId);
    return;
  }
  const { statusReason: _old, ...clean } = record;
  setResource(engine, stack, { ...clean, status: "DELETE_IN_PROGRESS" });
  try {
    await removeThing(engine, stack, record);
  } catch (error) {
    setResource(engine, stack, { ...record, status: "DELETE_FAILED", statusReason: reasonOf(error) });
    throw error;
  }
  engine.state.transaction(() => {
    resourceEvent(engine, stack, { ...clean, status: "DELETE_COMPLETE" });
    engine.state.removeResource(stack.stackId, record.logicalId);
  });
};

const namesOf = (failures: readonly { readonly key: string }[]): string => failures.map(({ key }) => key).join(", ");

/** Deletes all resources of a stack, dependents first, and then the stack. */
export const deleteAll = async (engine: Engine, stack: StackRecord): Promise<StackRecord> => {
  const live = liveResources(engine, stack.stackId);
  const failures = await runInOrder(
    reversed(dependenciesAmong([...live.values()])),
    async (logicalId) => {
      const record = live.get(logicalId);
      if (record !== undefined) await removeResource(engine, stack, record);
    },
    { stop: false },
  );
  if (failures.length > 0)
    return setStack(
      engine,
      stack,
      "DELETE_FAILED",
      `The following resource(s) failed to delete: [${namesOf(failures)}]. `,
    );
  return engine.state.transaction(() => {
    engine.state.setExports(stack.stackId, []);
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
  const byId = new Map(obsolete.map((record) => [record.logicalId, record]));
  const current = liveResources(engine, stack.stackId);
  await runInOrder(
    reversed(dependenciesAmong(obsolete)),
    async (logicalId) => {
      const record = byId.get(logicalId);
      if (record === undefined) return;
      const wasReplaced = current.get(logicalId)?.generation !== record.generation;
      if (!wasReplaced) return removeResource(engine, stack, record);
      if (record.updateReplacePolicy === "Retain")
        return resourceEvent(engine, stack, { ...record, status: "DELETE_SKIPPED" });
      await removeOld(engine, stack, record);
    },
    { stop: false },
  );
  for (const { logicalId } of obsolete)
    if (
      engine.state
        .resources(stack.stackId)
        .some((each) => each.logicalId === logicalId && each.status === "DELETE_FAILED")
    )
      engine.state.removeResource(stack.stackId, logicalId);
};

/** Removes a replaced predecessor: its successor keeps the record. */
const removeOld = async (engine: Engine, stack: StackRecord, record: ResourceRecord): Promise<void> => {
  const { statusReason: _old, ...clean } = record;
  resourceEvent(engine, stack, { ...clean, status: "DELETE_IN_PROGRESS" });
  try {
    await removeThing(engine, stack, record);
    resourceEvent(engine, stack, { ...clean, status: "DELETE_COMPLETE" });
  } catch (error) {
    resourceEvent(engine, stack, { ...clean, status: "DELETE_FAILED", statusReason: reasonOf(error) });
    throw error;
  }
};
