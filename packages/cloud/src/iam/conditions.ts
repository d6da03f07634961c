// The Condition block of a statement.
import { OPERATORS } from "./operators.ts";
import type { Lookup } from "./pattern.ts";
import type { Statement } from "./policy.ts";

export type Condition = (lookup: Lookup) => boolean;
type Expected = readonly string[];

interface OperatorName {
  readonly base: string;
  readonly ifExists: boolean;
  readonly quantifier: "ForAllValues" | "ForAnyValue" | undefined;
}

/** Splits `ForAllValues:StringLikeIfExists`; undefined for an operator that IAM does not have. */
export const parseOperator = (name: string): OperatorName | undefined => {
  const [, quantifier, base = "", suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (base !== "Null" && !Object.hasOwn(OPERATORS, base)) return undefined;
  if (base === "Null" && (suffix !== undefined || quantifier !== undefined)) return undefined;
  const quantified = quantifier === "ForAllValues" || quantifier === "ForAnyValue" ? quantifier : undefined;
  return { base, ifExists: suffix !== undefined, quantifier: quantified };
};

const isNull =
  (key: string, expected: Expected): Condition =>
  (lookup) =>
    expected.includes(String(lookup(key) === undefined));

const compileKey = (name: string, key: string, expected: Expected, variables: boolean): Condition => {
  const parsed = parseOperator(name);
  if (parsed === undefined) return () => false; // templates with one are refused before this
  if (parsed.base === "Null") return isNull(key, expected);
  const operator = OPERATORS[parsed.base];
  if (operator === undefined) return () => false;
  const compares = expected.map((value) => operator.compile(value, variables));
  const negated = operator.negated;
  const holds = (value: string, lookup: Lookup): boolean =>
    compares.some((compare) => compare(value, lookup)) !== negated;
  const { ifExists, quantifier } = parsed;
  return (lookup) => {
    const values = lookup(key);
    if (values === undefined) return ifExists || quantifier === "ForAllValues" || (negated && quantifier === undefined);
    if (quantifier === "ForAllValues") return values.every((value) => holds(value, lookup));
    if (quantifier === "ForAnyValue") return values.some((value) => holds(value, lookup));
    // Several values without a quantifier: one match is enough, for a negated operator none may match.
    return negated ? values.every((value) => holds(value, lookup)) : values.some((value) => holds(value, lookup));
  };
};

/** One test per operator and key; all must hold. */
export const compileConditions = (block: Statement["Condition"], variables: boolean): readonly Condition[] =>
  Object.entries(block ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) =>
      compileKey(operator, key, (Array.isArray(expected) ? expected : [expected]).map(String), variables),
    ),
  );
