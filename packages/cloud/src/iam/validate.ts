// What is wrong with a policy document, said before anything is created.
import { list } from "./list.ts";
import { parseOperator } from "./conditions.ts";
import { KNOWN_ACTIONS } from "./known-actions.ts";
import { compilePattern } from "./pattern.ts";
import { type Statement, STATEMENT_MEMBERS } from "./policy.ts";

export type PolicyKind = "identity" | "resource" | "trust";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
export const actionProblem = (action: string): string | undefined => {
  if (action === "*") return undefined;
  const [prefix = "", name] = action.split(":");
  if (name === undefined) return `action ${action} lacks its service prefix`;
  const known = KNOWN_ACTIONS[prefix.toLowerCase()];
  if (known === undefined) return undefined;
  const matches = compilePattern(name, { wildcards: true, variables: false, ignoreCase: true });
  if (known.some((candidate) => matches(candidate, () => undefined))) return undefined;
  return `${action} is no IAM action; did you mean ${prefix}:${nearest(name, known)}?`;
};

const conditionProblems = (block: unknown): readonly string[] => {
  if (block === undefined) return [];
  if (!isRecord(block)) return ["Condition must be an object"];
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (parseOperator(operator) === undefined) return [`condition operator ${operator} does not exist`];
    if (!isRecord(keys) || Object.keys(keys).length === 0) return [`condition ${operator} is empty`];
    return [];
  });
};

const strings = (value: unknown): readonly string[] =>
  list(value as string | readonly string[] | undefined).filter((entry) => typeof entry === "string"); // checked here

const exactlyOne = (statement: Readonly<Record<string, unknown>>, name: string): readonly string[] => {
  const count = [name, `Not${name}`].filter((member) => statement[member] !== undefined).length;
  if (count === 1) return [];
  return [count === 0 ? `a statement needs ${name} or Not${name}` : `a statement has both ${name} and Not${name}`];
};

const statementProblems = (statement: unknown, kind: PolicyKind): readonly string[] => {
  if (!isRecord(statement)) return ["a statement must be an object"];
  const problems = Object.keys(statement)
    .filter((member) => !STATEMENT_MEMBERS.has(member))
    .map((member) => `a statement has no member ${member}`);
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") problems.push("Effect must be Allow or Deny");
  problems.push(...exactlyOne(statement, "Action"));
  if (kind !== "trust") problems.push(...exactlyOne(statement, "Resource"));
  if (kind === "identity") {
    if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined)
      problems.push("an identity policy has no Principal");
  } else problems.push(...exactlyOne(statement, "Principal"));
  for (const action of [...strings(statement["Action"]), ...strings(statement["NotAction"])]) {
    const problem = actionProblem(action);
    if (problem !== undefined) problems.push(problem);
  }
  return [...problems, ...conditionProblems(statement["Condition"])];
};

/** Every problem of a policy document, as sentences; empty when there is none. */
export const policyProblems = (document: unknown, kind: PolicyKind): readonly string[] => {
  if (!isRecord(document)) return ["the policy must be an object"];
  const version = document["Version"];
  const problems =
    version === undefined || version === "2012-10-17" || version === "2008-10-17"
      ? []
      : [`policy Version ${JSON.stringify(version)} does not exist`];
  const statements = list(document["Statement"] as Statement | readonly Statement[] | undefined); // each is checked
  if (statements.length === 0) problems.push("the policy has no Statement");
  return [...problems, ...statements.flatMap((statement) => statementProblems(statement, kind))];
};
