// What an update means: for one resource, and for all of a template before anything is touched.
import { isDeepStrictEqual } from "node:util";
import { UNKNOWN } from "./checks/attributes.ts";
import { isUncertain } from "./checks/foresight.ts";
import { typeOf, type Engine } from "./engine.ts";
import type { Prepared, ResourceValues } from "./prepare.ts";
import type { Properties, ResourceType } from "./resource-type.ts";
import type { PlannedChange, ResourceRecord } from "./state.ts";
import { invalid, type ResourceDeclaration } from "./template.ts";

export interface Change {
  readonly kind: "none" | "inert" | "update" | "replace";
  readonly changed: readonly string[];
}

/** Compares resolved properties. */
export const changeOf = (type: ResourceType, before: Properties, after: Properties): Change => {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  if (changed.length === 0) return { kind: "none", changed };
  const rules = changed.map((name) => type.properties[name]);
  if (rules.every((rule) => rule === "inert")) return { kind: "inert", changed };
  const replaces = rules.includes("replace") || type.update === undefined;
  return { kind: replaces ? "replace" : "update", changed };
};

const POLICIES = { DeletionPolicy: "deletionPolicy", UpdateReplacePolicy: "updateReplacePolicy" } as const;

interface Plan {
  readonly engine: Engine;
  readonly prepared: Prepared;
  readonly live: ReadonlyMap<string, ResourceRecord>;
  /** Whether the resource will be another one than now, so that nothing about it is known yet. */
  readonly moving: (logicalId: string) => boolean;
}

const valuesDuring = ({ live, moving }: Plan): ResourceValues => ({
  ref: (logicalId) => (moving(logicalId) ? undefined : live.get(logicalId)?.physicalId) ?? `${UNKNOWN}:${logicalId}`,
  getAtt: (logicalId, attribute) =>
    (moving(logicalId) ? undefined : live.get(logicalId)?.attributes[attribute]) ??
    `${UNKNOWN}:${logicalId}.${attribute}`,
});

/** Whether an update replaces a resource; Conditional when that hangs on what nobody knows before it is made. */
const replacementOf = (plan: Plan, before: ResourceRecord, declared: ResourceDeclaration) => {
  const type = typeOf(plan.engine, declared.type);
  const after = plan.prepared.resolve(declared.properties, valuesDuring(plan)) as Properties; // an object resolves to one
  const { changed } = changeOf(type, before.properties, after);
  const replacing = changed.filter((name) => {
    const rule = type.properties[name];
    return rule === "replace" || (rule !== "inert" && type.update === undefined);
  });
  const certain = replacing.some((name) => !isUncertain(after[name]));
  const replacement = certain ? "True" : replacing.length > 0 ? "Conditional" : "False";
  return { changed, replacement } as const;
};

const planOf = (plan: Plan, logicalId: string, declared: ResourceDeclaration): PlannedChange | undefined => {
  const { type } = declared;
  const before = plan.live.get(logicalId);
  if (before === undefined) return { action: "Add", logicalId, type, scope: [] };
  if (before.type !== type)
    throw invalid(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
    );
  const { changed, replacement } = replacementOf(plan, before, declared);
  const policies = Object.entries(POLICIES).flatMap(([scope, key]) => (before[key] === declared[key] ? [] : [scope]));
  const scope = [...(changed.length > 0 ? ["Properties"] : []), ...policies];
  if (scope.length === 0) return undefined;
  return { action: "Modify", logicalId, type, physicalId: before.physicalId, replacement, scope };
};

/** What an update to the prepared template would do to a stack's resources; empty when it would do nothing. */
export const planChanges = (
  engine: Engine,
  live: ReadonlyMap<string, ResourceRecord>,
  prepared: Prepared,
): readonly PlannedChange[] => {
  const plans = new Map<string, PlannedChange | undefined>();
  const find = (logicalId: string): PlannedChange | undefined => {
    const declared = prepared.resources.get(logicalId);
    if (declared !== undefined && !plans.has(logicalId)) plans.set(logicalId, planOf(plan, logicalId, declared));
    return plans.get(logicalId);
  };
  const moving = (logicalId: string): boolean => {
    const change = find(logicalId);
    return change?.action === "Add" || (change?.replacement ?? "False") !== "False";
  };
  const plan: Plan = { engine, prepared, live, moving };
  const declared = [...prepared.resources.keys()].flatMap((logicalId) => find(logicalId) ?? []);
  const gone = [...live.values()].filter(({ logicalId }) => !prepared.resources.has(logicalId));
  return [
    ...declared,
    ...gone.map(({ logicalId, type, physicalId }): PlannedChange => {
      return { action: "Remove", logicalId, type, physicalId, scope: [] };
    }),
  ];
};
