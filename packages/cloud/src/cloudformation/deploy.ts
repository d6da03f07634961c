// The operations that `warmstart deploy` and `reset` wait for.
import { AwsError } from "../gateway/aws-error.ts";
import type { DeployRequest, StackSummary } from "../ports.ts";
import { beginCreate, beginDelete, beginUpdate } from "./begin.ts";
import type { Engine } from "./engine.ts";
import type { StackRecord, StackRequest } from "./state.ts";
import { summaryOf } from "./summary.ts";

/** States that an update cannot leave; such a stack is deleted before it is made again. */
const DEAD = ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"];

/** The error of a failed operation, with the reason of each resource that failed since the given event. */
const failed = (engine: Engine, stack: StackRecord, since: number, code: string): AwsError => {
  const events = engine.state.events(stack.stackId).slice(since);
  const failures = events
    .filter(({ status, physicalId }) => status.endsWith("_FAILED") && physicalId !== stack.stackId)
    .map(({ logicalId, type, reason = "" }) => ({ logicalId, type, reason }));
  const lines = failures.map(({ logicalId, type, reason }) => `${logicalId} (${type}): ${reason}`);
  // Outputs and exports fail without a resource: then the stack's own event has the reason.
  const ofStack = events.find(
    ({ status, reason }) => /ROLLBACK_IN_PROGRESS|_FAILED$/.test(status) && reason !== undefined,
  );
  const reasons = lines.length > 0 ? lines.join("\n") : (ofStack?.reason ?? "");
  const message = `Stack ${stack.stackName} is in ${stack.status}. ${reasons}`;
  return new AwsError(code, 400, message, { status: stack.status, failures });
};

const eventCount = (engine: Engine, stack: StackRecord | undefined): number =>
  stack === undefined ? 0 : engine.state.events(stack.stackId).length;

/** Deletes a stack and waits; nothing when there is none. Throws DeleteFailed naming the resources that stay. */
export const removeStack = async (engine: Engine, stackName: string): Promise<void> => {
  const since = eventCount(engine, engine.state.find(stackName));
  const stack = await beginDelete(engine, stackName)?.done;
  if (stack !== undefined && stack.status !== "DELETE_COMPLETE") throw failed(engine, stack, since, "DeleteFailed");
};

/** Creates or updates a stack and waits. Throws DeployFailed, with every resource's reason, after the rollback. */
export const deployStack = async (engine: Engine, wanted: DeployRequest): Promise<StackSummary> => {
  const { stackName, template, parameters = {}, tags = {} } = wanted;
  const request: StackRequest = { stackName, templateBody: template, parameters, tags };
  if (DEAD.includes(engine.state.find(stackName)?.status ?? "")) await removeStack(engine, stackName);
  const existing = engine.state.find(stackName);
  const since = eventCount(engine, existing);
  const begun = existing === undefined ? beginCreate(engine, request) : beginUpdate(engine, request);
  if (!("done" in begun)) return summaryOf(engine, begun.unchanged);
  const stack = await begun.done;
  if (stack.status !== "CREATE_COMPLETE" && stack.status !== "UPDATE_COMPLETE")
    throw failed(engine, stack, since, "DeployFailed");
  return summaryOf(engine, stack, true);
};
