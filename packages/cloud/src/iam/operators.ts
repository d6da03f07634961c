// The condition operators: how one value of the request compares with one value of the policy.
import { BlockList, isIPv6 } from "node:net";
import { compileArn, compilePattern, type Lookup } from "./pattern.ts";

export type Compare = (value: string, lookup: Lookup) => boolean;

export interface Operator {
  /** `…Not…`: true when no value of the policy compares, and when the key is missing. */
  readonly negated: boolean;
  readonly compile: (expected: string, variables: boolean) => Compare;
}

const text =
  (wildcards: boolean, ignoreCase: boolean): Operator["compile"] =>
  (expected, variables) =>
    compilePattern(expected, { wildcards, variables, ignoreCase });

const arn: Operator["compile"] = (expected, variables) => compileArn(expected, variables);

const ordered =
  (parse: (text: string) => number, holds: (value: number, expected: number) => boolean): Operator["compile"] =>
  (expected) => {
    const right = parse(expected);
    return (value) => holds(parse(value), right); // NaN on either side holds for nothing
  };

/** ISO 8601, or seconds since 1970. */
const parseDate = (date: string): number => (/^\d+(\.\d+)?$/.test(date) ? Number(date) * 1000 : Date.parse(date));
const parseNumber = (number: string): number => (number.trim() === "" ? Number.NaN : Number(number));

const address: Operator["compile"] = (expected) => {
  const range = new BlockList();
  const [network = "", bits] = expected.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  try {
    range.addSubnet(network, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  } catch {
    return () => false;
  }
  return (value) => range.check(value, isIPv6(value) ? "ipv6" : "ipv4");
};

const bool: Operator["compile"] = (expected) => {
  const right = expected.toLowerCase();
  return (value) => value.toLowerCase() === right;
};

const is = (compile: Operator["compile"]): Operator => ({ negated: false, compile });
const isNot = (compile: Operator["compile"]): Operator => ({ negated: true, compile });

const comparisons = (prefix: string, parse: (text: string) => number): Record<string, Operator> => ({
  [`${prefix}Equals`]: is(ordered(parse, (a, b) => a === b)),
  [`${prefix}NotEquals`]: isNot(ordered(parse, (a, b) => a === b)),
  [`${prefix}LessThan`]: is(ordered(parse, (a, b) => a < b)),
  [`${prefix}LessThanEquals`]: is(ordered(parse, (a, b) => a <= b)),
  [`${prefix}GreaterThan`]: is(ordered(parse, (a, b) => a > b)),
  [`${prefix}GreaterThanEquals`]: is(ordered(parse, (a, b) => a >= b)),
});

/** Every operator but `Null`, which asks for the key itself. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: is(text(false, false)),
  StringNotEquals: isNot(text(false, false)),
  StringEqualsIgnoreCase: is(text(false, true)),
  StringNotEqualsIgnoreCase: isNot(text(false, true)),
  StringLike: is(text(true, false)),
  StringNotLike: isNot(text(true, false)),
  ArnEquals: is(arn),
  ArnLike: is(arn),
  ArnNotEquals: isNot(arn),
  ArnNotLike: isNot(arn),
  Bool: is(bool),
  IpAddress: is(address),
  NotIpAddress: isNot(address),
  ...comparisons("Numeric", parseNumber),
  ...comparisons("Date", parseDate),
};
