// What a check finds: which resource, which property, what is wrong.
import { isRecord } from "../template.ts";
import type { ResourceType } from "../resource-type.ts";
import type { Foresight } from "./foresight.ts";

export interface Problem {
  readonly resource: string;
  readonly property: string;
  readonly message: string;
}

export interface Checked {
  readonly foresight: Foresight;
  readonly types: ReadonlyMap<string, ResourceType>;
}

export type Check = (checked: Checked) => readonly Problem[];

export const problem = (resource: string, property: string, message: string): Problem => ({
  resource,
  property,
  message,
});

/** A list property's members that are objects; anything else is the type's own check's business. */
export const recordsOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
