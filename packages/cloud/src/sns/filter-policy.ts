// Filter policies of subscriptions: EventBridge's patterns with SNS's own limits, on attributes or on the message itself.
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
import { AwsError } from "../gateway/aws-error.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import { isObject } from "../pattern/operators.ts";
import { invalid } from "./errors.ts";
import { FILTER } from "./limits.ts";
import type { Attribute, Attributes } from "./message.ts";

export type FilterScope = "MessageAttributes" | "MessageBody";

export type Filter = (attributes: Attributes, body: string) => boolean;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** An attribute as patterns see it; binary ones are not looked at. */
const valueOf = ({ DataType, StringValue = "" }: Attribute): unknown => {
  if (DataType.startsWith("Number")) return Number(StringValue);
  if (DataType === "String.Array") return parse(StringValue) ?? StringValue;
  return DataType.startsWith("String") ? StringValue : undefined;
};

interface Size {
  readonly keys: number;
  readonly combinations: number;
}

/** Leaf keys, and values multiplied over keys; on a body each level counts again, as SNS documents it. */
const sizeOf = (policy: unknown, level = 1): Size => {
  if (Array.isArray(policy)) return { keys: 1, combinations: policy.length * level };
  if (!isObject(policy)) return { keys: 1, combinations: 1 };
  let keys = 0;
  let combinations = 1;
  for (const [name, rule] of Object.entries(policy)) {
    const alternatives =
      name === "$or" && Array.isArray(rule) ? rule.map((each: unknown) => sizeOf(each, level)) : undefined;
    const size =
      alternatives?.reduce((sum, each) => ({
        keys: sum.keys + each.keys,
        combinations: sum.combinations + each.combinations,
      })) ?? sizeOf(rule, isObject(rule) ? level + 1 : level);
    keys += size.keys;
    combinations *= size.combinations;
  }
  return { keys, combinations };
};

const isNested = (policy: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(policy).some(([name, rule]) =>
    name === "$or" && Array.isArray(rule) ? rule.some((each) => isObject(each) && isNested(each)) : isObject(rule),
  );

const checkSize = (text: string, scope: FilterScope): void => {
  const policy = parse(text);
  if (!isObject(policy)) return; // compilePattern says it
  if (scope === "MessageAttributes" && isNested(policy)) {
    throw invalid("FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy");
  }
  const { keys, combinations } = sizeOf(policy);
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
