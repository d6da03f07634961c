import type { OneOrMany } from "./policy.ts";

/** One or many, as a list. */
export const list = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T]; // Array.isArray does not narrow readonly arrays
