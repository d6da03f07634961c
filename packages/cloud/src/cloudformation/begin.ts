// The start of every operation: what is refused before anything happens, and the record that marks it begun.
import { AwsError } from "../gateway/aws-error.ts";
import { isDeepStrictEqual } from "node:util";
import { liveResources } from "./apply.ts";
import { planChanges } from "./changes.ts";
import { setStack, type Engine } from "./engine.ts";
import { stackIdOf } from "./names.ts";
import { runCreate, runUpdate } from "./operations.ts";
import { importers, outputsOf } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { prepareFor } from "./prepare-stack.ts";
import { deleteAll } from "./remove.ts";
import type { Committed, PlannedChange, StackRecord, StackRequest } from "./state.ts";
import { invalid } from "./template.ts";

export interface Begun {
  readonly stack: StackRecord;
  /** Resolves with the stack when the operation, its rollback included, has ended. */
  readonly done: Promise<StackRecord>;
}

const guardStage = ({ tags }: StackRequest, { stages }: Engine): void => {
  const stage = tags["STAGE"];
  if (stage !== undefined && !stages.includes(stage))
    throw invalid(`this is the local cloud, stage "${stage}" belongs to AWS; unset AWS_ENDPOINT_URL`);
};

const committed = (request: StackRequest, prepared: Prepared): Omit<Committed, "outputs" | "imports"> => ({
  templateBody: request.templateBody,
  parameters: prepared.parameters,
  tags: request.tags,
  capabilities: request.capabilities ?? [],
});

const track = (engine: Engine, what: string, done: Promise<StackRecord>): Promise<StackRecord> => {
  const tracked = engine.ground.work.track(what, done);
  tracked.catch((error: unknown) => engine.ground.report(`${what} failed inside the embedded AWS`, error));
  return tracked;
};

/** Change sets are not valid for the stack that an operation makes of it: AWS removes them all. */
const dropChangeSets = (engine: Engine, stackId: string): void => {
  for (const { name } of engine.state.changeSets(stackId)) engine.state.removeChangeSet(stackId, name);
};

/** A stack that is about to be: nothing is written yet. Names can be used again, ids cannot. */
export const newStack = (engine: Engine, request: StackRequest): StackRecord => {
  const { stackName, templateBody, parameters, tags, capabilities = [] } = request;
  guardStage(request, engine);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw invalid(`stackName: ${stackName} must match [a-zA-Z][-a-zA-Z0-9]*`);
  const earlier = engine.state.all().filter((stack) => stack.stackName === stackName).length;
  const stackId = stackIdOf(engine.ground.region, stackName, earlier);
  const createdAt = engine.ground.clock.now();
  const committedNow = { templateBody, parameters, tags, capabilities, outputs: [], imports: [] };
  return { stackId, stackName, ...committedNow, status: "", createdAt };
};

/** Begins a creation, of a stack in review when a change set made it. */
export const beginCreate = (engine: Engine, request: StackRequest, reviewed?: StackRecord): Begun => {
  const { stackName } = request;
  if (reviewed === undefined && engine.state.find(stackName) !== undefined)
    throw new AwsError("AlreadyExistsException", 400, `Stack [${stackName}] already exists`);
  const begun = reviewed ?? newStack(engine, request);
  const prepared = prepareFor(engine, begun, request);
  const record = { ...begun, ...committed(request, prepared), onFailure: request.onFailure };
  dropChangeSets(engine, begun.stackId);
  const stack = setStack(engine, record, "CREATE_IN_PROGRESS", "User Initiated");
  return { stack, done: track(engine, `create stack ${stackName}`, runCreate(engine, stack, prepared)) };
};

const UPDATABLE = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"];

/** The stack that may be updated under this name or id; AWS's sentence otherwise. */
export const updatable = (engine: Engine, nameOrId: string): StackRecord => {
  const found = engine.state.find(nameOrId);
  if (found === undefined || found.status === "DELETE_COMPLETE") throw invalid(`Stack [${nameOrId}] does not exist`);
  if (!UPDATABLE.includes(found.status))
    throw invalid(`Stack:${found.stackId} is in ${found.status} state and can not be updated.`);
  return found;
};

export interface PlannedUpdate {
  readonly prepared: Prepared;
  readonly changes: readonly PlannedChange[];
  /** Not even a tag or an output is another one. */
  readonly unchanged: boolean;
}

/** Checks an update and tells what it would do. */
export const planUpdate = (engine: Engine, found: StackRecord, request: StackRequest): PlannedUpdate => {
  guardStage(request, engine);
  const prepared = prepareFor(engine, found, request);
  const live = liveResources(engine, found.stackId);
  const changes = planChanges(engine, live, prepared);
  const unchanged =
    changes.length === 0 &&
    isDeepStrictEqual(found.tags, request.tags) &&
    isDeepStrictEqual(outputsOf(prepared, live), found.outputs);
  return { prepared, changes, unchanged };
};

/** Begins an update; answers the stack when there is none to perform. */
export const beginUpdate = (engine: Engine, request: StackRequest): Begun | { readonly unchanged: StackRecord } => {
  const found = updatable(engine, request.stackName);
  const { prepared, unchanged } = planUpdate(engine, found, request);
  if (unchanged) return { unchanged: found };
  const { templateBody, parameters, tags, capabilities, outputs, imports } = found;
  const before: Committed = { templateBody, parameters, tags, capabilities, outputs, imports };
  const updatedAt = engine.ground.clock.now();
  const record = { ...found, ...committed(request, prepared), before, updatedAt, nextPolicy: request.policy };
  dropChangeSets(engine, found.stackId);
  const stack = setStack(engine, record, "UPDATE_IN_PROGRESS", "User Initiated");
  return { stack, done: track(engine, `update stack ${stack.stackName}`, runUpdate(engine, stack, prepared)) };
};

/** Begins a deletion; undefined when there is no such stack. */
export const beginDelete = (engine: Engine, nameOrId: string): Begun | undefined => {
  const found = engine.state.find(nameOrId);
  if (found === undefined || found.status === "DELETE_COMPLETE") return undefined;
  if (found.terminationProtection === true)
    throw invalid(`Stack [${found.stackName}] cannot be deleted while TerminationProtection is enabled`);
  if (found.status.endsWith("_IN_PROGRESS") && found.status !== "REVIEW_IN_PROGRESS")
    throw invalid(`Stack:${found.stackId} is in ${found.status} state and can not be deleted.`);
  for (const { name } of engine.state.exports().filter(({ stackId }) => stackId === found.stackId)) {
    const users = importers(engine, name).filter((user) => user !== found.stackName);
    if (users.length > 0) throw invalid(`Export ${name} cannot be deleted as it is in use by ${users.join(" and ")}`);
  }
  dropChangeSets(engine, found.stackId);
  const stack = setStack(engine, found, "DELETE_IN_PROGRESS", "User Initiated");
  return { stack, done: track(engine, `delete stack ${stack.stackName}`, deleteAll(engine, stack)) };
};
