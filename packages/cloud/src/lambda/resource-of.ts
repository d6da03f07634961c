// A CloudFormation type from one schema of its properties: what it knows, checks and hands over comes from there.
import type * as v from "valibot";
import type { Created, Properties, ResourceContext, ResourceType } from "../cloudformation/resource-type.ts";
import { read } from "./schemas.ts";

type Schema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

export interface TypeParts<S extends Schema> {
  readonly schema: S;
  /** Properties that replace the resource when they change, and those without effect; all others update it. */
  readonly replacing: readonly string[];
  readonly inert?: readonly string[];
  readonly nameProperty?: string;
  readonly create: (given: v.InferOutput<S>, context: ResourceContext) => Promise<Created>;
  readonly update?: (physicalId: string, given: v.InferOutput<S>) => Promise<Created>;
  readonly remove: (physicalId: string, properties: Properties) => Promise<void>;
}

/** What a change of each property does. */
export const rulesOf = (
  schema: Schema,
  { replacing, inert = [] }: Pick<TypeParts<Schema>, "replacing" | "inert">,
): ResourceType["properties"] => {
  const ruleOf = (name: string) => (replacing.includes(name) ? "replace" : inert.includes(name) ? "inert" : "update");
  return Object.fromEntries(Object.keys(schema.entries).map((name) => [name, ruleOf(name)]));
};

export const typeOf = <S extends Schema>(parts: TypeParts<S>): ResourceType => {
  const { schema, nameProperty, create, update, remove } = parts;
  return {
    properties: rulesOf(schema, parts),
    ...(nameProperty !== undefined && { nameProperty }),
    check: (properties) => {
      read(schema, properties);
    },
    create: async (properties, context) => await create(read(schema, properties), context),
    ...(update && { update: async (physicalId, properties) => await update(physicalId, read(schema, properties)) }),
    remove,
  };
};
