// The compiled evaluation against the plainest one that can be written.
import { expect, test } from "@jest/globals";
import {
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  oneof,
  option,
  property,
  record,
  string,
  tuple,
  type Arbitrary,
} from "fast-check";
import type { Principal } from "../gateway/service.ts";
import { compilePolicy, evaluateIdentity } from "./compile.ts";
import { list } from "./list.ts";
import type { OneOrMany, PolicyDocument, Statement } from "./policy.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

type Keys = Readonly<Record<string, readonly string[]>>;
interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly keys: Keys;
}

const escape = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
const like = (pattern: string, text: string, flags = ""): boolean =>
  new RegExp(`^${escape(pattern).replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, `${flags}u`).test(text);
const some = (patterns: OneOrMany<string>, text: string, flags = ""): boolean =>
  list(patterns).some((pattern) => like(pattern, text, flags));

const holds = (name: string, expected: readonly string[], values: readonly string[] | undefined): boolean => {
  const compare = (value: string): boolean => {
    if (name.endsWith("StringEquals")) return expected.includes(value);
    if (name.endsWith("StringNotEquals")) return !expected.includes(value);
    return expected.some((pattern) => like(pattern, value));
  };
  if (name === "StringEqualsIfExists") return values === undefined || values.some((value) => expected.includes(value));
  if (name.startsWith("ForAllValues")) return (values ?? []).every(compare);
  if (name.startsWith("ForAnyValue")) return (values ?? []).some(compare);
  if (values === undefined) return name.includes("Not");
  return name.includes("Not") ? values.every(compare) : values.some(compare);
};

const naive = (document: PolicyDocument, { action, resource, keys }: Asked): string => {
  const applying = list(document.Statement).filter((statement) => {
    const actions =
      statement.Action === undefined
        ? !some(statement.NotAction ?? [], action, "i")
        : some(statement.Action, action, "i");
    const resources =
      statement.Resource === undefined
        ? !some(statement.NotResource ?? [], resource)
        : some(statement.Resource, resource);
    return (
      actions &&
      resources &&
      Object.entries(statement.Condition ?? {}).every(([operator, block]) =>
        Object.entries(block).every(([key, expected]) => holds(operator, list(expected).map(String), keys[key])),
      )
    );
  });
  if (applying.some(({ Effect }) => Effect === "Deny")) return "deny";
  return applying.length > 0 ? "allow" : "none";
};

const text = (characters: string) => string({ unit: constantFrom(...characters.split("")), maxLength: 5 });
const pattern = text("aAb*?:/");
const oneOrMany = <T>(each: Arbitrary<T>) => oneof(each, array(each, { minLength: 1, maxLength: 3 }));
const operator = constantFrom(
  "StringEquals",
  "StringNotEquals",
  "StringLike",
  "StringEqualsIfExists",
  "ForAllValues:StringEquals",
  "ForAnyValue:StringLike",
  "ForAllValues:StringNotEquals",
  "ForAnyValue:StringNotEquals",
);
const condition = dictionary(operator, dictionary(constantFrom("k", "l"), oneOrMany(text("ab*")), { minKeys: 1 }), {
  maxKeys: 2,
});
const statement: Arbitrary<Statement> = tuple(
  constantFrom("Allow" as const, "Deny" as const),
  boolean(),
  boolean(),
  oneOrMany(pattern),
  oneOrMany(pattern),
  option(condition, { nil: undefined }),
).map(([Effect, notAction, notResource, actions, resources, Condition]) => ({
  Effect,
  ...(notAction ? { NotAction: actions } : { Action: actions }),
  ...(notResource ? { NotResource: resources } : { Resource: resources }),
  ...(Condition !== undefined && { Condition }),
}));
const asked: Arbitrary<Asked> = record({
  action: text("aAb:"),
  resource: text("aAb:/"),
  keys: dictionary(constantFrom("k", "l"), array(text("ab"), { minLength: 1, maxLength: 2 })),
});

test("agrees with a naive evaluator on random policies and requests", () => {
  const principal: Principal = { kind: "anonymous" };
  assert(
    property(oneOrMany(statement), asked, (Statement, request) => {
      const document: PolicyDocument = { Version: "2012-10-17", Statement };
      const { action, resource, keys } = request;
      const outcome = evaluateIdentity(compilePolicy(document), {
        principal,
        action,
        resource,
        lookup: (key) => keys[key],
      });
      expect(outcome).toBe(naive(document, request));
    }),
    { numRuns: FULL ? 5_000 : 1_500, seed: 20260101 },
  );
});
