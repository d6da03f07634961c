// Making the resources of a template: create, update, replace, or leave alone.
import { AwsError } from "../gateway/aws-error.ts";
import { changeOf } from "./changes.ts";
import { contextOf, reasonOf, resourceEvent, setResource, typeOf, type Engine } from "./engine.ts";
import { runInOrder, type Failure } from "./graph.ts";
import type { Prepared, ResourceValues } from "./prepare.ts";
import type { Created, Properties } from "./resource-type.ts";
import { deniedByPolicy, type UpdateAction } from "./stack-policy.ts";
import type { ResourceRecord, StackRecord, Step } from "./state.ts";
import type { ResourceDeclaration } from "./template.ts";

/** The resources as they are during an operation. */
export type Live = Map<string, ResourceRecord>;

export const liveResources = (engine: Engine, stackId: string): Live =>
  new Map(engine.state.resources(stackId).map((record) => [record.logicalId, record]));

/** Ref and GetAtt from what exists. */
export const valuesOf = (live: Live): ResourceValues => ({
  ref: (logicalId) => live.get(logicalId)?.physicalId ?? "",
  getAtt: (logicalId, attribute) => {
    const record = live.get(logicalId);
    const value = record?.attributes[attribute];
    if (value === undefined)
      throw new AwsError(
        "ValidationError",
        400,
        `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    return value;
  },
});

export const resolvedProperties = (prepared: Prepared, logicalId: string, live: Live): Properties =>
  prepared.resolve(prepared.resources.get(logicalId)?.properties ?? {}, valuesOf(live)) as Properties; // an object stays one

interface Target {
  readonly engine: Engine;
  readonly stack: StackRecord;
  readonly live: Live;
  readonly record: ResourceRecord;
}

const begin = ({ engine, stack, live, record }: Target, step: Step): void => {
  engine.state.transaction(() => {
    engine.state.addStep(stack.stackId, step);
    live.set(record.logicalId, setResource(engine, stack, record));
  });
};

/** Does the work of a step and records its end, good or bad. */
const carryOut = async (
  { engine, stack, live, record }: Target,
  verb: string,
  work: () => Promise<Created>,
): Promise<void> => {
  try {
    const { physicalId, attributes } = await work();
    const done = { ...record, physicalId, attributes, status: `${verb}_COMPLETE` };
    live.set(record.logicalId, setResource(engine, stack, done));
  } catch (error) {
    const failed = { ...record, status: `${verb}_FAILED`, statusReason: reasonOf(error) };
    live.set(record.logicalId, setResource(engine, stack, failed));
    throw error;
  }
};

const create = async (target: Target): Promise<void> => {
  const { engine, stack } = target;
  const record = { ...target.record, status: "CREATE_IN_PROGRESS" };
  begin({ ...target, record }, { step: "create", record });
  const type = typeOf(engine, record.type);
  await carryOut({ ...target, record }, "CREATE", () =>
    type.create(record.properties, contextOf(engine, stack, record)),
  );
};

const refuseCustomName = (target: Target, before: ResourceRecord): void => {
  const { engine, record } = target;
  const property = typeOf(engine, record.type).nameProperty;
  const name = property === undefined ? undefined : record.properties[property];
  if (property === undefined || name === undefined || name !== before.properties[property]) return;
  const message = `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${JSON.stringify(name)} and update the stack again.`;
  refuse(target, before, message);
};

/** Fails the resource before its step begins. */
const refuse = ({ engine, stack }: Pick<Target, "engine" | "stack">, before: ResourceRecord, reason: string): never => {
  resourceEvent(engine, stack, { ...before, status: "UPDATE_FAILED", statusReason: reason });
  throw new AwsError("ValidationError", 400, reason);
};

const obeyPolicy = (target: Pick<Target, "engine" | "stack">, before: ResourceRecord, action: UpdateAction): void => {
  const denied = deniedByPolicy(target.stack, before, action);
  if (denied !== undefined) refuse(target, before, denied);
};

const replace = async (target: Target, before: ResourceRecord): Promise<void> => {
  const { engine, stack } = target;
  obeyPolicy(target, before, "Update:Replace");
  refuseCustomName(target, before);
  const record: ResourceRecord = {
    ...target.record,
    physicalId: "",
    attributes: {},
    generation: before.generation + 1,
    status: "UPDATE_IN_PROGRESS",
    statusReason: "Requested update requires the creation of a new physical resource; hence creating one.",
  };
  begin({ ...target, record }, { step: "replace", record, before });
  const { statusReason: _reason, ...clean } = record;
  const type = typeOf(engine, record.type);
  await carryOut({ ...target, record: clean }, "UPDATE", () =>
    type.create(record.properties, contextOf(engine, stack, record)),
  );
};

const update = async (target: Target, before: ResourceRecord, inert: boolean): Promise<void> => {
  const { engine, stack } = target;
  obeyPolicy(target, before, "Update:Modify");
  const record: ResourceRecord = { ...target.record, status: "UPDATE_IN_PROGRESS" };
  begin({ ...target, record }, { step: "update", record, before });
  const { update: change } = typeOf(engine, record.type);
  const unchanged = async (): Promise<Created> => before;
  await carryOut({ ...target, record }, "UPDATE", () =>
    inert || change === undefined
      ? unchanged()
      : change(before.physicalId, record.properties, before.properties, contextOf(engine, stack, record)),
  );
};

/** An operation under way. */
export interface Operation {
  readonly engine: Engine;
  readonly stack: StackRecord;
  readonly prepared: Prepared;
  readonly live: Live;
}

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

/** Properties that can be had only now may be wrong: the resource fails before its step begins. */
const finalProperties = ({ engine, stack, prepared, live }: Operation, record: ResourceRecord): Properties => {
  try {
    const properties = resolvedProperties(prepared, record.logicalId, live);
    typeOf(engine, record.type).check?.(properties);
    return properties;
  } catch (error) {
    const status = live.has(record.logicalId) ? "UPDATE_FAILED" : "CREATE_FAILED";
    resourceEvent(engine, stack, { ...record, status, statusReason: reasonOf(error) });
    throw error;
  }
};

const apply = async (operation: Operation, logicalId: string): Promise<void> => {
  const { engine, stack, prepared, live } = operation;
  const declared = prepared.resources.get(logicalId);
  if (declared === undefined) return;
  const before = live.get(logicalId);
  if (engine.cancelled.has(stack.stackId)) throw new Error("Resource update cancelled");
  const unresolved = recordOf(operation, logicalId, declared);
  const record = { ...unresolved, properties: finalProperties(operation, unresolved) };
  const target: Target = { engine, stack, live, record };
  if (before === undefined) return create(target);
  const { kind } = changeOf(typeOf(engine, declared.type), before.properties, record.properties);
  if (kind === "replace") return replace(target, before);
  if (kind !== "none") return update(target, before, kind === "inert");
  // Policies and dependencies may have changed: no event, as in AWS.
  live.set(logicalId, record);
  engine.state.putResource(stack.stackId, record);
};

/** Resources that are declared no longer go in the clean-up, but a policy that keeps them stops the update now. */
const obeyPolicyOnRemovals = (operation: Operation): readonly Failure[] =>
  [...operation.live.values()]
    .filter(({ logicalId }) => !operation.prepared.resources.has(logicalId))
    .flatMap((record): readonly Failure[] => {
      try {
        obeyPolicy(operation, record, "Update:Delete");
        return [];
      } catch (error) {
        return [{ key: record.logicalId, error }];
      }
    });

/** Applies every resource of the template. Answers the sentence about those that failed, or undefined. */
export const applyAll = async (operation: Operation): Promise<string | undefined> => {
  const { engine, prepared, stack } = operation;
  const kept = obeyPolicyOnRemovals(operation);
  const failures =
    kept.length > 0
      ? kept
      : await runInOrder(prepared.dependencies, (logicalId) => apply(operation, logicalId), { stop: true });
  if (engine.cancelled.delete(stack.stackId)) return "User Initiated";
  if (failures.length === 0) return undefined;
  const verb = stack.before === undefined ? "create" : "update";
  return `The following resource(s) failed to ${verb}: [${failures.map(({ key }) => key).join(", ")}]. `;
};
