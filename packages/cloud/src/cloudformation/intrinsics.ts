// The intrinsic functions. `resolve` replaces them by values; what a name stands for comes from the scope.
import { invalid, isRecord, type Json } from "./template.ts";

export interface Scope {
  /** Parameter, pseudo parameter or resource. */
  readonly ref: (name: string) => unknown;
  readonly getAtt: (logicalId: string, attribute: string) => unknown;
  readonly mapping: (map: string, top: string, second: string) => unknown;
  readonly condition: (name: string) => boolean;
  readonly importValue: (name: string) => string;
  readonly region: string;
  /** Last word on text that intrinsics made: local URLs of HTTP APIs. */
  readonly finish: (text: string) => string;
}

/** What `AWS::NoValue` is until its property or list element is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const wrong = (name: string, why: string): Error => invalid(`Template error: ${name} ${why}`);

const listOf = (name: string, value: unknown, length?: number): readonly unknown[] => {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw wrong(name, length === undefined ? "needs a list" : `needs a list of ${length} members`);
};

const textOf = (name: string, value: unknown): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw wrong(name, `needs text, not ${JSON.stringify(value)}`);
};

/** `["A", "B.C"]` and `"A.B.C"` both name attribute B.C of A. */
export const getAttParts = (argument: unknown): readonly [string, unknown] => {
  if (typeof argument === "string" && argument.includes("."))
    return [argument.slice(0, argument.indexOf(".")), argument.slice(argument.indexOf(".") + 1)];
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === "string")
    return [argument[0], argument[1]];
  throw wrong("Fn::GetAtt", "object requires two non-empty parameters, the resource name and the resource attribute");
};

/** The variables of a Fn::Sub text, without `${!Literal}`. */
export const subVariables = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => (name ?? "").trim());

export const subParts = (argument: unknown): readonly [string, Json] => {
  if (typeof argument === "string") return [argument, {}];
  if (Array.isArray(argument) && typeof argument[0] === "string" && isRecord(argument[1]) && argument.length === 2)
    return [argument[0], argument[1]];
  throw wrong("Fn::Sub", "expects a string, or a list of a string and an object of variables");
};

const sub: Intrinsic = (argument, scope) => {
  const [text, map] = subParts(argument);
  return text.replace(/\$\{([^}]*)\}/g, (whole, inside: string) => {
    if (inside.startsWith("!")) return `\${${inside.slice(1)}}`;
    const name = inside.trim();
    if (Object.hasOwn(map, name)) return textOf("Fn::Sub", evaluate(map[name], scope));
    const dot = name.indexOf(".");
    const value = dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
    return textOf(`Fn::Sub ${whole}`, value);
  });
};

const join: Intrinsic = (argument, scope) => {
  const [delimiter, parts] = listOf("Fn::Join", argument, 2);
  const values = listOf("Fn::Join", evaluate(parts, scope));
  return values.map((part) => textOf("Fn::Join", part)).join(textOf("Fn::Join", delimiter));
};

const select: Intrinsic = (argument, scope) => {
  const [index, values] = listOf("Fn::Select", argument, 2);
  const at = Number(textOf("Fn::Select", evaluate(index, scope)));
  const value = listOf("Fn::Select", evaluate(values, scope))[at];
  if (value === undefined) throw wrong("Fn::Select", `cannot select nonexistent value at index ${at}`);
  return value;
};

const split: Intrinsic = (argument, scope) => {
  const [delimiter, source] = listOf("Fn::Split", argument, 2);
  return textOf("Fn::Split", evaluate(source, scope)).split(textOf("Fn::Split", delimiter));
};

const choose: Intrinsic = (argument, scope) => {
  const [condition, then, otherwise] = listOf("Fn::If", argument, 3);
  return evaluate(scope.condition(textOf("Fn::If", condition)) ? then : otherwise, scope);
};

const truth = (name: string, value: unknown, scope: Scope): boolean => {
  const result =
    isRecord(value) && typeof value["Condition"] === "string"
      ? scope.condition(value["Condition"])
      : evaluate(value, scope);
  if (typeof result === "boolean") return result;
  if (result === "true" || result === "false") return result === "true";
  throw wrong(name, "needs conditions");
};

const findInMap: Intrinsic = (argument, scope) => {
  const [map = "", top = "", second = ""] = listOf("Fn::FindInMap", argument, 3).map((key) =>
    textOf("Fn::FindInMap", evaluate(key, scope)),
  );
  return scope.mapping(map, top, second);
};

const ZONES = ["a", "b", "c", "d", "e", "f"] as const;

/** Every intrinsic function this cloud has, by its key in a template. */
const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(textOf("Ref", argument)),
  "Fn::GetAtt": (argument, scope) => {
    const [logicalId, attribute] = getAttParts(argument);
    return scope.getAtt(logicalId, textOf("Fn::GetAtt", evaluate(attribute, scope)));
  },
  "Fn::Sub": sub,
  "Fn::Join": join,
  "Fn::Select": select,
  "Fn::Split": split,
  "Fn::If": choose,
  "Fn::FindInMap": findInMap,
  "Fn::Base64": (argument, scope) => Buffer.from(textOf("Fn::Base64", evaluate(argument, scope))).toString("base64"),
  "Fn::GetAZs": (argument, scope) => {
    const region = textOf("Fn::GetAZs", evaluate(argument, scope));
    return ZONES.map((zone) => (region === "" ? scope.region : region) + zone);
  },
  "Fn::ImportValue": (argument, scope) => scope.importValue(textOf("Fn::ImportValue", evaluate(argument, scope))),
  "Fn::Equals": (argument, scope) => {
    const [left, right] = listOf("Fn::Equals", argument, 2).map((side) => JSON.stringify(evaluate(side, scope)));
    return left === right;
  },
  "Fn::And": (argument, scope) => listOf("Fn::And", argument).every((each) => truth("Fn::And", each, scope)),
  "Fn::Or": (argument, scope) => listOf("Fn::Or", argument).some((each) => truth("Fn::Or", each, scope)),
  "Fn::Not": (argument, scope) => !truth("Fn::Not", listOf("Fn::Not", argument, 1)[0], scope),
};

/** The intrinsic that an object is, if it is one. Functions that this cloud lacks are refused. */
export const intrinsicOf = (value: unknown): { readonly name: string; readonly argument: unknown } | undefined => {
  if (!isRecord(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || (name !== "Ref" && !name.startsWith("Fn::"))) return undefined;
  if (others.length > 0) throw wrong(name, `must be the only key of its object, not beside ${others.join(", ")}`);
  if (!Object.hasOwn(INTRINSICS, name)) throw wrong(name, "is not supported here");
  return { name, argument: value[name] };
};

const evaluate = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map((each) => evaluate(each, scope)).filter((each) => each !== NO_VALUE);
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) return INTRINSICS[intrinsic.name]?.(intrinsic.argument, scope);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, each]) => [key, evaluate(each, scope)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== NO_VALUE));
};

const finished = (value: unknown, finish: Scope["finish"]): unknown => {
  if (typeof value === "string") return finish(value);
  return Array.isArray(value) ? value.map((each) => finished(each, finish)) : value;
};

/** A value with every intrinsic replaced. A property that comes out as AWS::NoValue is left out. */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map((each) => resolve(each, scope)).filter((each) => each !== NO_VALUE);
  if (intrinsicOf(value) !== undefined) return finished(evaluate(value, scope), scope.finish);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, each]) => [key, resolve(each, scope)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== NO_VALUE));
};

/** A condition's value. */
export const evaluateCondition = (value: unknown, scope: Scope): boolean => truth("Conditions", value, scope);
