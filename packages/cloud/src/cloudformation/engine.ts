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
  /** Updates that someone asked to cancel, by the stack's id. */
  readonly cancelled: Set<string>;
  /** Who listens to a stack's events, by its id. */
  readonly listeners: Map<string, (event: StackEvent) => void>;
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

const publish = (engine: Engine, event: Omit<StackEvent, "eventId" | "time">): void => {
  const full = engine.state.addEvent({ ...event, time: engine.ground.clock.now() });
  engine.listeners.get(event.stackId)?.(full);
};

/** Records a resource with a new status, and the event of it, in one commit. */
export const setResource = (engine: Engine, stack: StackRecord, record: ResourceRecord): ResourceRecord => {
  const { stackId, stackName } = stack;
  const now = { ...record, updatedAt: engine.ground.clock.now() };
  engine.state.transaction(() => {
    engine.state.putResource(stackId, now);
    resourceEvent(engine, { stackId, stackName }, now);
  });
  return now;
};

/** An event about a resource whose record is not (or no longer) the current one. */
export const resourceEvent = (
  engine: Engine,
  { stackId, stackName }: Pick<StackRecord, "stackId" | "stackName">,
  { logicalId, physicalId, type, status, statusReason }: ResourceRecord,
): void =>
  publish(engine, {
    stackId,
    stackName,
    logicalId,
    physicalId,
    type,
    status,
    ...(statusReason !== undefined && { reason: statusReason }),
  });

/** Records a stack with a new status, and its event, in one commit. */
export const setStack = (engine: Engine, stack: StackRecord, status: string, reason?: string): StackRecord => {
  const { statusReason: _old, ...rest } = stack;
  const now: StackRecord = { ...rest, status, ...(reason !== undefined && { statusReason: reason }) };
  const { stackId, stackName } = stack;
  engine.state.transaction(() => {
    engine.state.put(now);
    publish(engine, {
      stackId,
      stackName,
      logicalId: stackName,
      physicalId: stackId,
      type: "AWS::CloudFormation::Stack",
      status,
      ...(reason !== undefined && { reason }),
    });
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
