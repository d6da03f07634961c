// JSON that parses and is hostile all the same.
import type { FieldProblem } from "../errors/app-error.ts";
import { pointerOf } from "../schema/validate.ts";

/** Deeper than any schema of a request; keeps what walks a body recursively away from the end of the stack. */
const MAX_DEPTH = 64;

interface Spot {
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

const wellFormed = (text: string, path: readonly PropertyKey[]): FieldProblem | undefined =>
  text.isWellFormed()
    ? undefined
    : { pointer: pointerOf(path), code: "unpaired-surrogate", detail: "holds half a character" };

const inspect = ({ value, path }: Spot, todo: Spot[], raw: readonly PropertyKey[]): FieldProblem | undefined => {
  if (typeof value === "string")
    return path.length === 1 && raw.includes(path[0] ?? "") ? undefined : wellFormed(value, path);
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length >= MAX_DEPTH) {
    return { pointer: pointerOf(path), code: "too-deep", detail: `is nested deeper than ${MAX_DEPTH} levels` };
  }
  for (const [key, child] of Object.entries(value)) {
    const childPath = [...path, key];
    if (key === "__proto__") {
      return { pointer: pointerOf(childPath), code: "unknown", detail: "is not a known property" };
    }
    const problem = wellFormed(key, childPath);
    if (problem) return problem;
    todo.push({ value: child, path: childPath });
  }
  return undefined;
};

/** What no schema should ever see: nesting without end, `__proto__` keys, unpaired surrogates but in `raw` properties. */
export const jsonProblem = (value: unknown, raw: readonly string[] = []): FieldProblem | undefined => {
  const todo: Spot[] = [{ value, path: [] }];
  for (let spot = todo.pop(); spot; spot = todo.pop()) {
    const problem = inspect(spot, todo, raw);
    if (problem) return problem;
  }
  return undefined;
};
