// Stacks as the command line and the tests see them.
import type { StackResource, StackSummary } from "../ports.ts";
import type { Engine } from "./engine.ts";
import type { ResourceRecord, StackRecord } from "./state.ts";

/** A stack with what only `status` and tests look at. */
export interface StackDetail extends StackSummary {
  readonly stackId: string;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly updatedAt?: number;
}

export interface ResourceDetail extends StackResource {
  readonly attributes: Readonly<Record<string, string>>;
  /** Properties that are stored without effect here. */
  readonly inert: readonly string[];
}

const inertProperties = (engine: Engine, { type, properties }: ResourceRecord): readonly string[] =>
  Object.keys(properties).filter((name) => engine.types().get(type)?.properties[name] === "inert");

export const resourceDetail = (engine: Engine, record: ResourceRecord): ResourceDetail => ({
  logicalId: record.logicalId,
  type: record.type,
  physicalId: record.physicalId,
  status: record.status,
  attributes: record.attributes,
  inert: inertProperties(engine, record),
});

/** `changed`: whether the deploy that asks had anything to do. */
export const stackDetail = (engine: Engine, stack: StackRecord, changed = false): StackDetail => ({
  stackName: stack.stackName,
  stackId: stack.stackId,
  status: stack.status,
  changed,
  ...(stack.statusReason !== undefined && { statusReason: stack.statusReason }),
  outputs: Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value])),
  tags: stack.tags,
  createdAt: stack.createdAt,
  ...(stack.updatedAt !== undefined && { updatedAt: stack.updatedAt }),
  inert: engine.state
    .resources(stack.stackId)
    .flatMap((record) => inertProperties(engine, record).map((property) => `${record.logicalId}.${property}`)),
});
