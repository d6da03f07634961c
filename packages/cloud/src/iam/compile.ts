// Policies as they are evaluated: compiled once per revision of a role or resource policy.
import type { Principal } from "../gateway/service.ts";
import { compileConditions, type Condition } from "./conditions.ts";
import { compilePattern, type Lookup, type Matcher } from "./pattern.ts";
import { list } from "./list.ts";
import { isStatement, type PolicyDocument, type Statement } from "./policy.ts";
import { compilePrincipal, type PrincipalMatch } from "./principals.ts";

export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly lookup: Lookup;
}

interface CompiledStatement {
  readonly allows: boolean;
  readonly principal: ((principal: Principal) => PrincipalMatch) | undefined;
  readonly action: Matcher;
  readonly resource: Matcher;
  readonly conditions: readonly Condition[];
}

export type Compiled = readonly CompiledStatement[];
export type Outcome = "deny" | "allow" | "none";

const anyOf = (matchers: readonly Matcher[], wanted: boolean): Matcher => {
  const [first] = matchers;
  if (matchers.length === 1 && first !== undefined && wanted) return first;
  return (text, lookup) => matchers.some((matches) => matches(text, lookup)) === wanted;
};

const compileActions = ({ Action, NotAction }: Statement): Matcher =>
  anyOf(
    list(Action ?? NotAction).map((action) =>
      compilePattern(action, { wildcards: true, variables: false, ignoreCase: true }),
    ),
    Action !== undefined,
  );

/** Trust policies name no resource: they stand for the role they belong to. */
const compileResources = ({ Resource, NotResource }: Statement, variables: boolean): Matcher => {
  if (Resource === undefined && NotResource === undefined) return () => true;
  const patterns = list(Resource ?? NotResource).map((arn) => compilePattern(arn, { wildcards: true, variables }));
  return anyOf(patterns, Resource !== undefined);
};

/** Compiles a document. Variables work only from Version 2012-10-17 on, as in AWS. */
export const compilePolicy = (document: PolicyDocument): Compiled => {
  const variables = document.Version === "2012-10-17";
  return list(document.Statement)
    .filter(isStatement)
    .map((statement) => ({
      allows: statement.Effect === "Allow",
      principal: compilePrincipal(statement),
      action: compileActions(statement),
      resource: compileResources(statement, variables),
      conditions: compileConditions(statement.Condition, variables),
    }));
};

const applies = (statement: CompiledStatement, { action, resource, lookup }: Request): boolean =>
  statement.action(action, lookup) &&
  statement.resource(resource, lookup) &&
  statement.conditions.every((holds) => holds(lookup));

/** Policies that belong to the caller: the principal is the caller. */
export const evaluateIdentity = (policies: Compiled, request: Request): Outcome => {
  let outcome: Outcome = "none";
  for (const statement of policies) {
    if ((outcome === "allow" && statement.allows) || !applies(statement, request)) continue;
    if (!statement.allows) return "deny";
    outcome = "allow";
  }
  return outcome;
};

/**
 * Policies that belong to the resource. `delegated` is an Allow for the whole account: it hands the decision to the
 * caller's own policies, which for a trust policy is permission enough to ask them.
 */
export const evaluateResource = (policy: Compiled, request: Request): Outcome | "delegated" => {
  let outcome: Outcome | "delegated" = "none";
  for (const statement of policy) {
    const match = statement.principal?.(request.principal) ?? "no";
    if (match === "no" || !applies(statement, request)) continue;
    if (!statement.allows) return "deny";
    if (match === "direct") outcome = "allow";
    else if (outcome === "none") outcome = "delegated";
  }
  return outcome;
};
