// Filter policies of subscriptions: EventBridge's patterns with SNS's own limits, on attributes or on the message itself.
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
import { AwsError } from "../gateway/aws-error.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import { isObject } from "../pattern/operators.ts";
import type { TypedAttributes } from "../ports.ts";
import { invalid } from "./errors.ts";
import { FILTER } from "./limits.ts";

export type FilterScope = "MessageAttributes" | "MessageBody";

export type Filter = (attributes: TypedAttributes, body: string) => boolean;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** An attribute as patterns see it; binary ones are not looked at. */
const valueOf = ({ DataType, StringValue = "" }: TypedAttributes[string]): unknown => {
  if (DataType.startsWith("Number")) return Number(StringValue);
  if (DataType === "String.Array") return parse(StringValue) ?? StringValue;
  return DataType.startsWith("String") ? StringValue : undefined;
};

interface Size {
  readonly keys: number;
  readonly combinations: number;
  readonly depth: number;
}

const EMPTY: Size = { keys: 0, combinations: 1, depth: 0 };

/** Leaf keys, and values multiplied over keys; on a body each level counts again, as SNS documents it. */
const sizeOf = (rule: unknown, level = 1): Size => {
  if (Array.isArray(rule)) return { keys: 1, combinations: rule.length * level, depth: level };
  return Object.entries(isObject(rule) ? rule : {}).reduce((sum, [name, inner]) => {
    const alternatives: readonly unknown[] = name === "$or" && Array.isArray(inner) ? inner : [];
    const parts = alternatives.map((each) => sizeOf(each, level));
    if (parts.length === 0) parts.push(sizeOf(inner, isObject(inner) ? level + 1 : level));
    return {
      keys: parts.reduce((keys, part) => keys + part.keys, sum.keys),
      combinations: sum.combinations * parts.reduce((all, part) => all + part.combinations, 0),
      depth: Math.max(sum.depth, ...parts.map(({ depth }) => depth)),
    };
  }, EMPTY);
};

const checkSize = (text: string, scope: FilterScope): void => {
  const { keys, combinations, depth } = sizeOf(parse(text));
  if (scope === "MessageAttributes" && depth > 1) {
    throw invalid("FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy");
  }
  if (keys > FILTER.keys) throw invalid(`FilterPolicy: Filter policy can not have more than ${FILTER.keys} keys`);
  if (combinations > FILTER.combinations) throw invalid("FilterPolicy: Filter policy is too complex");
};

/** Compiles a policy; throws InvalidParameter naming operator and path. An empty one passes everything. */
export const compileFilterPolicy = (text: string | undefined, scope: FilterScope): Filter => {
  if (text === undefined || text === "" || text === "{}") return () => true;
  let matches: (event: unknown) => boolean;
  try {
    matches = compilePattern(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`FilterPolicy: ${error.message}`);
  }
  checkSize(text, scope);
  if (scope === "MessageAttributes") {
    return (attributes) =>
      matches(Object.fromEntries(Object.entries(attributes).map(([name, each]) => [name, valueOf(each)])));
  }
  return (_attributes, body) => {
    const event = parse(body);
    return isObject(event) && matches(event);
  };
};
