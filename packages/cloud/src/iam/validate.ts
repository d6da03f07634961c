// What is wrong with a policy document, said before anything is created.
import * as v from "valibot";
import { list } from "./list.ts";
import { KNOWN_ACTIONS } from "./known-actions.ts";
import { compilePattern } from "./pattern.ts";
import { type PolicyKind, policySchema, type Statement } from "./policy.ts";

/** The nearest known name, for "did you mean". */
const nearest = (wanted: string, known: readonly string[]): string | undefined => {
  const lower = wanted.toLowerCase();
  const shared = (name: string): number => {
    const other = name.toLowerCase();
    let start = 0;
    while (start < other.length && other[start] === lower[start]) start++;
    let end = 0;
    while (end < other.length - start && other.at(-1 - end) === lower.at(-1 - end)) end++;
    return start + end - Math.abs(other.length - lower.length);
  };
  return known.toSorted((a, b) => shared(b) - shared(a))[0];
};

/** A misspelt action of a service that this cloud knows; undefined when it is fine or unknown here. */
const actionProblem = (action: string): string | undefined => {
  if (action === "*") return undefined;
  const [prefix = "", name] = action.split(":");
  if (name === undefined) return `action ${action} lacks its service prefix`;
  const known = KNOWN_ACTIONS[prefix.toLowerCase()];
  if (known === undefined) return undefined;
  const matches = compilePattern(name, { wildcards: true, variables: false, ignoreCase: true });
  if (known.some((candidate) => matches(candidate, () => undefined))) return undefined;
  return `${action} is no IAM action; did you mean ${prefix}:${nearest(name, known)}?`;
};

/** Problems of a policy document, as sentences: of its shape, then of its actions; empty when there is none. */
export const policyProblems = (document: unknown, kind: PolicyKind): readonly string[] => {
  const parsed = v.safeParse(policySchema(kind), document);
  if (!parsed.success) return parsed.issues.map(({ message }) => message);
  const actions = list<Statement>(parsed.output.Statement).flatMap(({ Action, NotAction }) =>
    list(Action ?? NotAction),
  );
  return actions.flatMap((action) => actionProblem(action) ?? []);
};
