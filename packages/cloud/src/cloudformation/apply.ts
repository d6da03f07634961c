// Making the resources of a template: create, update, replace, or leave alone.
import { AwsError } from "../gateway/aws-error.ts";
import { changeOf } from "./diff.ts";
import { contextOf, reasonOf, resourceEvent, setResource, typeOf, type Engine } from "./engine.ts";
import { runInOrder } from "./graph.ts";
import type { Prepared, ResourceValues } from "./prepare.ts";
import type { Created, Properties } from "./resource-type.ts";
import type { ResourceRecord, StackRecord, Step } from "./state.ts";

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

const refuseCustomName = ({ engine, stack, record }: Target, before: ResourceRecord): void => {
  const property = typeOf(engine, record.type).nameProperty;
  const name = property === undefined ? undefined : record.properties[property];
  if (
    before.type !== record.type ||
    property === undefined ||
    name === undefined ||
    name !== before.properties[property]
  )
    return;
  const message = `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(name)} and update the stack again.`;
  resourceEvent(engine, stack, { ...before, status: "UPDATE_FAILED", statusReason: message });
  throw new AwsError("ValidationError", 400, message);
};

const replace = async (target: Target, before: ResourceRecord): Promise<void> => {
  const { engine, stack } = target;
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

const apply = async (
  engine: Engine,
  stack: StackRecord,
  prepared: Prepared,
  live: Live,
  logicalId: string,
): Promise<void> => {
  const declared = prepared.resources.get(logicalId);
  if (declared === undefined) return;
  const before = live.get(logicalId);
  const record: ResourceRecord = {
    logicalId,
    type: declared.type,
    physicalId: before?.physicalId ?? "",
    attributes: before?.attributes ?? {},
    properties: resolvedProperties(prepared, logicalId, live),
    status: before?.status ?? "",
    updatedAt: engine.ground.clock.now(),
    dependsOn: [...(prepared.dependencies.get(logicalId) ?? [])],
    deletionPolicy: declared.deletionPolicy,
    updateReplacePolicy: declared.updateReplacePolicy,
    generation: before?.generation ?? 0,
  };
  const target: Target = { engine, stack, live, record };
  const type = typeOf(engine, declared.type);
  type.check?.(record.properties);
  if (before === undefined) return create(target);
  if (before.type !== declared.type) return replace(target, before);
  const { kind } = changeOf(type, before.properties, record.properties);
  if (kind === "replace") return replace(target, before);
  if (kind !== "none") return update(target, before, kind === "inert");
  // Policies and dependencies may have changed: no event, as in AWS.
  live.set(logicalId, record);
  engine.state.putResource(stack.stackId, record);
};

/** Applies every resource of the template. Answers the sentence about those that failed, or undefined. */
export const applyAll = async (
  engine: Engine,
  stack: StackRecord,
  prepared: Prepared,
  live: Live,
): Promise<string | undefined> => {
  const failures = await runInOrder(
    prepared.dependencies,
    async (logicalId) => {
      try {
        await apply(engine, stack, prepared, live, logicalId);
      } catch (error) {
        recordFailure(engine, stack, prepared, live, logicalId, error);
        throw error;
      }
    },
    { stop: true },
  );
  if (failures.length === 0) return undefined;
  const verb = stack.before === undefined ? "create" : "update";
  return `The following resource(s) failed to ${verb}: [${failures.map(({ key }) => key).join(", ")}]. `;
};

/** A resource that failed before its step began (its properties could not be resolved) has no event yet. */
const recordFailure = (
  engine: Engine,
  stack: StackRecord,
  prepared: Prepared,
  live: Live,
  logicalId: string,
  error: unknown,
): void => {
  const status = live.get(logicalId)?.status ?? "";
  if (status.endsWith("_FAILED") || reasonOf(error).startsWith("CloudFormation cannot update a stack when a custom"))
    return;
  const type = prepared.resources.get(logicalId)?.type ?? "";
  resourceEvent(engine, stack, {
    logicalId,
    type,
    physicalId: live.get(logicalId)?.physicalId ?? "",
    attributes: {},
    properties: {},
    status: live.has(logicalId) ? "UPDATE_FAILED" : "CREATE_FAILED",
    statusReason: reasonOf(error),
    updatedAt: engine.ground.clock.now(),
    dependsOn: [],
    deletionPolicy: "Delete",
    updateReplacePolicy: "Delete",
    generation: 0,
  });
};
