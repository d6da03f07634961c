// What every operation on a stack works with: state, types, events.
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { dereference, type References } from "./dynamic-references.ts";
import { generatedName } from "./names.ts";
import type { Properties, ResourceContext, ResourceType } from "./resource-type.ts";
import type { ResourceRecord, StackEvent, StackRecord, StackState } from "./state.ts";

export interface Engine {
  readonly ground: Ground;
  readonly state: StackState;
  readonly types: () => ReadonlyMap<string, ResourceType>;
  /** Local URLs for `https://<apiId>.execute-api.…`. */
  readonly resolveUrl: (text: string) => string;
  /** What `{{resolve:…}}` stands for. */
  readonly references: References;
  /** Stages that may be deployed here (tag STAGE of the stack). */
  readonly stages: readonly string[];
  /** Updates that someone asked to cancel, by the stack's id. */
  readonly cancelled: Set<string>;
}

/**
 * A type as operations use it. Dynamic references are looked up at this last moment: what is stored and compared is the
 * reference, so no secret is kept with the stack, and a new value of a parameter alone is no change, as in AWS.
 */
export const typeOf = (engine: Engine, name: string): ResourceType => {
  const type = engine.types().get(name);
  if (type === undefined) throw new Error(`The embedded AWS no longer has the type ${name}`);
  const { check, update } = type;
  const actual = (properties: Properties): Properties => dereference(properties, engine.references) as Properties; // an object stays one
  return {
    ...type,
    create: async (properties, context) => type.create(actual(properties), context),
    ...(check && { check: (properties) => check(actual(properties)) }),
    ...(update && {
      update: async (physicalId, properties, previous, context) =>
        update(physicalId, actual(properties), actual(previous), context),
    }),
  };
};

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const publish = (engine: Engine, event: Omit<StackEvent, "eventId" | "time">): void =>
  engine.state.addEvent({ ...event, time: engine.ground.clock.now() });

type StackName = Pick<StackRecord, "stackId" | "stackName">;

/** What became of a resource. */
export interface Outcome {
  readonly status: string;
  readonly reason?: string | undefined;
}

/** An event about a resource whose record is not (or no longer) the current one. */
export const resourceEvent = (
  engine: Engine,
  { stackId, stackName }: StackName,
  { logicalId, physicalId, type }: ResourceRecord,
  outcome: Outcome,
): void => publish(engine, { stackId, stackName, logicalId, physicalId, type, ...outcome });

/** Records a resource with a new status, and the event of it, in one commit. */
export const setResource = (
  engine: Engine,
  stack: StackName,
  record: ResourceRecord,
  outcome: Outcome,
): ResourceRecord => {
  const { status, reason: statusReason } = outcome;
  const now = { ...record, status, statusReason, updatedAt: engine.ground.clock.now() };
  engine.state.transaction(() => {
    engine.state.putResource(stack.stackId, now);
    resourceEvent(engine, stack, now, outcome);
  });
  return now;
};

/** Records a stack with a new status, and its event, in one commit. */
export const setStack = (engine: Engine, stack: StackRecord, status: string, reason?: string): StackRecord => {
  const now: StackRecord = { ...stack, status, statusReason: reason };
  const { stackId, stackName } = stack;
  const type = "AWS::CloudFormation::Stack";
  engine.state.transaction(() => {
    engine.state.put(now);
    publish(engine, { stackId, stackName, logicalId: stackName, physicalId: stackId, type, status, reason });
  });
  return now;
};

export const contextOf = (
  engine: Engine,
  { stackId, stackName, interruptions = 0 }: StackRecord,
  record: ResourceRecord,
): ResourceContext => ({
  stackName,
  logicalId: record.logicalId,
  region: engine.ground.region,
  account: ACCOUNT,
  generateName: (maxLength) => {
    const { logicalId, generation } = record;
    const givenName = generatedName({ stackId, stackName, logicalId, generation, interruptions }, maxLength);
    if (record.physicalId === "") engine.state.putResource(stackId, { ...record, givenName });
    return givenName;
  },
});
