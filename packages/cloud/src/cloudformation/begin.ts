// The start of every operation: what is refused before anything happens, and the record that marks it begun.
import { AwsError } from "../gateway/aws-error.ts";
import { isDeepStrictEqual } from "node:util";
import { liveResources, resolvedProperties } from "./apply.ts";
import { checkTemplate } from "./checks/index.ts";
import { changeOf } from "./diff.ts";
import { setStack, typeOf, type Engine } from "./engine.ts";
import { stackIdOf } from "./names.ts";
import { runCreate, runUpdate } from "./operations.ts";
import { importers, outputsOf } from "./outputs.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { deleteAll } from "./remove.ts";
import type { Committed, StackRecord } from "./state.ts";
import { invalid } from "./template.ts";

export interface StackRequest {
  readonly stackName: string;
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined: the caller need not acknowledge anything. */
  readonly capabilities?: readonly string[];
  readonly onFailure: StackRecord["onFailure"];
}

export interface Begun {
  readonly stack: StackRecord;
  /** Resolves with the stack when the operation, its rollback included, has ended. */
  readonly done: Promise<StackRecord>;
}

export interface Guard {
  readonly stages: readonly string[];
}

const guardStage = ({ tags }: StackRequest, { stages }: Guard): void => {
  const stage = tags["STAGE"];
  if (stage !== undefined && !stages.includes(stage))
    throw invalid(`this is the local cloud, stage "${stage}" belongs to AWS; unset AWS_ENDPOINT_URL`);
};

/** The capability that a template's IAM resources ask for. */
export const neededCapability = (prepared: Prepared): string | undefined => {
  const iam = [...prepared.resources.values()].filter(({ type }) => type.startsWith("AWS::IAM::"));
  if (iam.length === 0) return undefined;
  const named = iam.some(({ properties }) =>
    ["RoleName", "ManagedPolicyName"].some((name) => properties[name] !== undefined),
  );
  return named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM";
};

const checkCapabilities = (prepared: Prepared, capabilities: readonly string[] | undefined): void => {
  const needed = neededCapability(prepared);
  if (needed === undefined || capabilities === undefined) return;
  if (!capabilities.includes(needed) && !capabilities.includes("CAPABILITY_NAMED_IAM"))
    throw new AwsError("InsufficientCapabilitiesException", 400, `Requires capabilities : [${needed}]`);
};

/** Prepares and checks a template for a stack that exists or will. */
export const prepareFor = (
  engine: Engine,
  { stackId, stackName }: Pick<StackRecord, "stackId" | "stackName">,
  request: Pick<StackRequest, "templateBody" | "parameters" | "capabilities">,
): Prepared => {
  const { region } = engine.ground;
  const prepared = prepare(request.templateBody, request.parameters, {
    stackId,
    stackName,
    region,
    importValue: (name) => {
      const found = engine.state.findExport(name);
      if (found === undefined) throw invalid(`No export named ${name} found.`);
      return found.value;
    },
    finish: (text) => (text.includes(".execute-api.") ? engine.resolveUrl(text) : text),
  });
  checkCapabilities(prepared, request.capabilities);
  checkTemplate(prepared, { stackId, stackName, region, live: liveResources(engine, stackId), types: engine.types() });
  return prepared;
};

const committed = (request: StackRequest, prepared: Prepared): Omit<Committed, "outputs" | "imports"> => ({
  templateBody: request.templateBody,
  parameters: prepared.parameters,
  tags: request.tags,
  capabilities: request.capabilities ?? [],
  ...(prepared.template.description !== undefined && { description: prepared.template.description }),
});

const track = (engine: Engine, what: string, done: Promise<StackRecord>): Promise<StackRecord> => {
  const tracked = engine.ground.work.track(what, done);
  tracked.catch((error: unknown) => engine.ground.report(`${what} failed inside the embedded AWS`, error));
  return tracked;
};

/** The id that the next stack of this name gets: names can be used again, ids cannot. */
export const nextStackId = (engine: Engine, stackName: string): string =>
  stackIdOf(
    engine.ground.region,
    stackName,
    engine.state.all().filter((stack) => stack.stackName === stackName).length,
  );

export const beginCreate = (engine: Engine, guard: Guard, request: StackRequest): Begun => {
  const { stackName } = request;
  guardStage(request, guard);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw invalid(`Stack name ${JSON.stringify(stackName)} must match ^[A-Za-z][A-Za-z0-9-]{0,127}$`);
  if (engine.state.find(stackName) !== undefined)
    throw new AwsError("AlreadyExistsException", 400, `Stack [${stackName}] already exists`);
  const stackId = nextStackId(engine, stackName);
  const prepared = prepareFor(engine, { stackId, stackName }, request);
  const record: StackRecord = {
    ...committed(request, prepared),
    stackId,
    stackName,
    outputs: [],
    imports: [],
    status: "",
    createdAt: engine.ground.clock.now(),
    onFailure: request.onFailure,
  };
  const stack = setStack(engine, record, "CREATE_IN_PROGRESS", "User Initiated");
  return { stack, done: track(engine, `create stack ${stackName}`, runCreate(engine, stack, prepared)) };
};

const UPDATABLE = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"];

const isUnchanged = (engine: Engine, stack: StackRecord, prepared: Prepared, request: StackRequest): boolean => {
  const live = liveResources(engine, stack.stackId);
  if (live.size !== prepared.resources.size || !isDeepStrictEqual(stack.tags, request.tags)) return false;
  try {
    const same = [...prepared.resources].every(([logicalId, declared]) => {
      const record = live.get(logicalId);
      if (record === undefined || record.type !== declared.type) return false;
      if (
        record.deletionPolicy !== declared.deletionPolicy ||
        record.updateReplacePolicy !== declared.updateReplacePolicy
      )
        return false;
      const properties = resolvedProperties(prepared, logicalId, live);
      return changeOf(typeOf(engine, record.type), record.properties, properties).kind === "none";
    });
    return same && isDeepStrictEqual(outputsOf(prepared, live), stack.outputs);
  } catch {
    return false; // what cannot be resolved from what exists is a change
  }
};

/** Begins an update; answers the stack when there is none to perform. */
export const beginUpdate = (
  engine: Engine,
  guard: Guard,
  request: StackRequest,
): Begun | { readonly unchanged: StackRecord } => {
  guardStage(request, guard);
  const found = engine.state.find(request.stackName);
  if (found === undefined || found.status === "DELETE_COMPLETE")
    throw invalid(`Stack [${request.stackName}] does not exist`);
  if (!UPDATABLE.includes(found.status))
    throw invalid(`Stack:${found.stackId} is in ${found.status} state and can not be updated.`);
  const prepared = prepareFor(engine, found, request);
  if (isUnchanged(engine, found, prepared, request)) return { unchanged: found };
  const { templateBody, parameters, tags, capabilities, outputs, imports, description } = found;
  const before: Committed = {
    templateBody,
    parameters,
    tags,
    capabilities,
    outputs,
    imports,
    ...(description !== undefined && { description }),
  };
  const record = { ...found, ...committed(request, prepared), before, updatedAt: engine.ground.clock.now() };
  const stack = setStack(engine, record, "UPDATE_IN_PROGRESS", "User Initiated");
  return { stack, done: track(engine, `update stack ${stack.stackName}`, runUpdate(engine, stack, prepared)) };
};

/** Begins a deletion; undefined when there is no such stack. */
export const beginDelete = (engine: Engine, nameOrId: string, retain: readonly string[] = []): Begun | undefined => {
  const found = engine.state.find(nameOrId);
  if (found === undefined || found.status === "DELETE_COMPLETE") return undefined;
  if (found.status.endsWith("_IN_PROGRESS"))
    throw invalid(`Stack:${found.stackId} is in ${found.status} state and can not be deleted.`);
  for (const { exportName } of found.outputs) {
    const users =
      exportName === undefined ? [] : importers(engine, exportName).filter((name) => name !== found.stackName);
    if (users.length > 0)
      throw invalid(`Export ${exportName} cannot be deleted as it is in use by ${users.join(" and ")}`);
  }
  if (retain.length > 0 && found.status !== "DELETE_FAILED")
    throw invalid(
      `Invalid operation on stack ${found.stackId}. Specify RetainResources only when the stack is in DELETE_FAILED state.`,
    );
  const stack = setStack(engine, found, "DELETE_IN_PROGRESS", "User Initiated");
  for (const record of engine.state.resources(found.stackId))
    if (retain.includes(record.logicalId))
      engine.state.putResource(found.stackId, { ...record, deletionPolicy: "Retain" });
  return { stack, done: track(engine, `delete stack ${stack.stackName}`, deleteAll(engine, stack)) };
};
