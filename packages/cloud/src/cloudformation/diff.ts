// What an update means for one resource.
import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "./resource-type.ts";

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
