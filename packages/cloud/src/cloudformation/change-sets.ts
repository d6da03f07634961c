// Change sets: what an operation would do, kept until someone executes it.
import { AwsError } from "../gateway/aws-error.ts";
import { beginCreate, beginUpdate, newStack, planUpdate, updatable } from "./begin.ts";
import { planChanges } from "./changes.ts";
import { setStack, type Engine } from "./engine.ts";
import { changeSetIdOf } from "./names.ts";
import { prepareFor } from "./prepare-stack.ts";
import type { ChangeSet, StackRecord } from "./state.ts";
import { invalid } from "./template.ts";

export type WantedChangeSet = Pick<ChangeSet, "name" | "type" | "description" | "request">;

/** AWS's sentence for an empty change set; deployment tools take it for "nothing to do". */
const EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set.";

const stackInReview = (engine: Engine, { name, request }: WantedChangeSet): StackRecord => {
  const found = engine.state.find(request.stackName);
  if (found === undefined) return newStack(engine, request);
  if (found.status !== "REVIEW_IN_PROGRESS")
    throw invalid(
      `Stack [${request.stackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
  return found;
};

/** Checks the template, and keeps what it would do. A first one leaves its stack in REVIEW_IN_PROGRESS. */
export const createChangeSet = (engine: Engine, wanted: WantedChangeSet): ChangeSet => {
  const { name, type, request } = wanted;
  const isNew = type === "CREATE";
  const stack = isNew ? stackInReview(engine, wanted) : updatable(engine, request.stackName);
  const { stackId } = stack;
  if (engine.state.changeSets(stackId).some((other) => other.name === name))
    throw new AwsError(
      "AlreadyExistsException",
      400,
      `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Template`,
    );
  const plan = isNew
    ? { changes: planChanges(engine, new Map(), prepareFor(engine, stack, request)), unchanged: false }
    : planUpdate(engine, stack, request);
  const createdAt = engine.ground.clock.now();
  const changeSet: ChangeSet = {
    ...wanted,
    id: changeSetIdOf(stackId, name, engine.state.events(stackId).length, createdAt),
    stackId,
    changes: plan.changes,
    createdAt,
    failure: plan.unchanged ? EMPTY : undefined,
  };
  engine.state.transaction(() => {
    if (stack.status === "") setStack(engine, stack, "REVIEW_IN_PROGRESS", "User Initiated");
    engine.state.putChangeSet(changeSet);
  });
  return changeSet;
};

/** By its name on a stack, or by its ARN alone. */
export const findChangeSet = (engine: Engine, nameOrId: string, stack: string | undefined): ChangeSet | undefined => {
  const found = stack === undefined ? undefined : engine.state.find(stack);
  if (stack !== undefined && found === undefined) throw invalid(`Stack [${stack}] does not exist`);
  const candidates = found === undefined ? engine.state.all() : [found];
  return candidates
    .flatMap(({ stackId }) => engine.state.changeSets(stackId))
    .find(({ id, name }) => id === nameOrId || (found !== undefined && name === nameOrId));
};

/** Begins what the change set says. It and its neighbours are gone then. */
export const executeChangeSet = (engine: Engine, { id, stackId, type, request, failure }: ChangeSet): void => {
  if (failure !== undefined) {
    const message = `ChangeSet [${id}] cannot be executed in its current status of [FAILED]`;
    throw new AwsError("InvalidChangeSetStatus", 400, message);
  }
  if (type === "UPDATE") beginUpdate(engine, { ...request, stackName: stackId });
  else beginCreate(engine, request, engine.state.find(stackId));
};
