// Making the resources of a template: create, update, replace, or leave alone.
import { changeOf } from "./changes.ts";
import { contextOf, reasonOf, resourceEvent, setResource, typeOf, type Engine } from "./engine.ts";
import { failedTo, runInOrder } from "./graph.ts";
import type { Prepared, ResourceValues } from "./prepare.ts";
import type { Created, Properties, ResourceContext, ResourceType } from "./resource-type.ts";
import { deniedByPolicy } from "./stack-policy.ts";
import type { ResourceRecord, StackRecord, Step } from "./state.ts";
import { invalid, type ResourceDeclaration } from "./template.ts";

/** The resources as they are during an operation. */
export type Live = Map<string, ResourceRecord>;

export const liveResources = (engine: Engine, stackId: string): Live =>
  new Map(engine.state.resources(stackId).map((record) => [record.logicalId, record]));

/** Ref and GetAtt from what exists. */
export const valuesOf = (live: Live): ResourceValues => ({
  ref: (logicalId) => live.get(logicalId)?.physicalId ?? "",
  getAtt: (logicalId, attribute) => {
    const value = live.get(logicalId)?.attributes[attribute];
    if (value !== undefined) return value;
    throw invalid(`Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`);
  },
});

/** An operation under way. */
export interface Operation {
  readonly engine: Engine;
  readonly stack: StackRecord;
  readonly prepared: Prepared;
  readonly live: Live;
}

const REPLACING = "Requested update requires the creation of a new physical resource; hence creating one.";

/** Writes a step down, does its work, and records its end, good or bad. */
const carryOut = async (
  { engine, stack, live }: Operation,
  step: Step,
  work: (type: ResourceType, context: ResourceContext) => Promise<Created>,
): Promise<void> => {
  const { record } = step;
  const verb = step.step === "create" ? "CREATE" : "UPDATE";
  const note = (now: ResourceRecord, outcome: string, reason?: string): ResourceRecord => {
    const noted = setResource(engine, stack, now, { status: `${verb}_${outcome}`, reason });
    live.set(record.logicalId, noted);
    return noted;
  };
  const begun = engine.state.transaction(() => {
    engine.state.addStep(stack.stackId, step);
    return note(record, "IN_PROGRESS", step.step === "replace" ? REPLACING : undefined);
  });
  try {
    const { physicalId, attributes } = await work(typeOf(engine, record.type), contextOf(engine, stack, begun));
    note({ ...record, physicalId, attributes }, "COMPLETE");
  } catch (error) {
    note(record, "FAILED", reasonOf(error));
    throw error;
  }
};

/** Why an update may not touch a resource: the stack's policy, or a custom name that its successor cannot have as well. */
const refusal = ({ engine, stack }: Operation, step: Step & { before: ResourceRecord }): string | undefined => {
  const { record, before } = step;
  const denied = deniedByPolicy(stack, before, step.step === "replace" ? "Update:Replace" : "Update:Modify");
  if (denied !== undefined || step.step !== "replace") return denied;
  const { nameProperty = "" } = typeOf(engine, record.type);
  const name = record.properties[nameProperty];
  if (name === undefined || name !== before.properties[nameProperty]) return undefined;
  return `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${JSON.stringify(name)} and update the stack again.`;
};

const change = async (operation: Operation, record: ResourceRecord, before: ResourceRecord): Promise<void> => {
  const { engine, stack, live } = operation;
  const { kind } = changeOf(typeOf(engine, record.type), before.properties, record.properties);
  if (kind === "none") {
    // Policies and dependencies may have changed: no event, as in AWS.
    live.set(record.logicalId, record);
    return engine.state.putResource(stack.stackId, record);
  }
  const step: Step & { before: ResourceRecord } =
    kind === "replace"
      ? { step: kind, before, record: { ...record, physicalId: "", attributes: {}, generation: before.generation + 1 } }
      : { step: "update", before, record };
  const reason = refusal(operation, step);
  if (reason !== undefined) {
    resourceEvent(engine, stack, before, { status: "UPDATE_FAILED", reason });
    throw invalid(reason);
  }
  await carryOut(operation, step, async (type, context) => {
    if (kind === "replace") return type.create(record.properties, context);
    if (kind === "inert" || type.update === undefined) return before;
    return type.update(before.physicalId, record.properties, before.properties, context);
  });
};

const recordOf = (
  { engine, prepared, live }: Operation,
  logicalId: string,
  declared: ResourceDeclaration,
): ResourceRecord => {
  const before = live.get(logicalId);
  return {
    logicalId,
    type: declared.type,
    physicalId: before?.physicalId ?? "",
    attributes: before?.attributes ?? {},
    properties: {},
    status: before?.status ?? "",
    updatedAt: engine.ground.clock.now(),
    dependsOn: [...(prepared.dependencies.get(logicalId) ?? [])],
    deletionPolicy: declared.deletionPolicy,
    updateReplacePolicy: declared.updateReplacePolicy,
    generation: before?.generation ?? 0,
  };
};

const apply = async (operation: Operation, logicalId: string): Promise<void> => {
  const { engine, stack, prepared, live } = operation;
  const declared = prepared.resources.get(logicalId);
  if (declared === undefined) return;
  if (engine.cancelled.has(stack.stackId)) throw new Error("Resource update cancelled");
  const before = live.get(logicalId);
  const unresolved = recordOf(operation, logicalId, declared);
  let properties: Properties;
  try {
    properties = prepared.resolve(declared.properties, valuesOf(live)) as Properties; // an object stays one
    typeOf(engine, declared.type).check?.(properties);
  } catch (error) {
    // They can be had only now and are wrong: the resource fails before its step begins.
    const status = before === undefined ? "CREATE_FAILED" : "UPDATE_FAILED";
    resourceEvent(engine, stack, unresolved, { status, reason: reasonOf(error) });
    throw error;
  }
  const record = { ...unresolved, properties };
  if (before !== undefined) return change(operation, record, before);
  await carryOut(operation, { step: "create", record }, (type, context) => type.create(properties, context));
};

/** Resources that are declared no longer go in the clean-up, but a policy that keeps them stops the update now. */
const keptByPolicy = ({ engine, stack, prepared, live }: Operation): readonly string[] =>
  [...live.values()].flatMap((record) => {
    if (prepared.resources.has(record.logicalId)) return [];
    const reason = deniedByPolicy(stack, record, "Update:Delete");
    if (reason === undefined) return [];
    resourceEvent(engine, stack, record, { status: "UPDATE_FAILED", reason });
    return [record.logicalId];
  });

/** Applies every resource of the template. Answers the sentence about those that failed, or undefined. */
export const applyAll = async (operation: Operation): Promise<string | undefined> => {
  const { engine, prepared, stack } = operation;
  const kept = keptByPolicy(operation);
  const failed =
    kept.length > 0
      ? kept
      : await runInOrder(prepared.dependencies, (logicalId) => apply(operation, logicalId), { stop: true });
  if (engine.cancelled.delete(stack.stackId)) return "User Initiated";
  if (failed.length === 0) return undefined;
  const verb = stack.before === undefined ? "create" : "update";
  return failedTo(verb, failed);
};
