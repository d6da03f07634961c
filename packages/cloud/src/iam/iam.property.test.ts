// The compiled evaluation against the plainest one that can be written.
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Principal } from "../gateway/service.ts";
import { compilePolicy, evaluateIdentity } from "./compile.ts";
import { list } from "./list.ts";
import type { OneOrMany, PolicyDocument, Statement } from "./policy.ts";

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

const text = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 5 });
const pattern = text("aAb*?:/");
const oneOrMany = <T>(each: fc.Arbitrary<T>) => fc.oneof(each, fc.array(each, { minLength: 1, maxLength: 3 }));
const operator = fc.constantFrom(
  "StringEquals",
  "StringNotEquals",
  "StringLike",
  "StringEqualsIfExists",
  "ForAllValues:StringEquals",
  "ForAnyValue:StringLike",
  "ForAllValues:StringNotEquals",
  "ForAnyValue:StringNotEquals",
);
const condition = fc.dictionary(
  operator,
  fc.dictionary(fc.constantFrom("k", "l"), oneOrMany(text("ab*")), { minKeys: 1 }),
  { maxKeys: 2 },
);
const statement: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.constantFrom("Allow" as const, "Deny" as const),
    fc.boolean(),
    fc.boolean(),
    oneOrMany(pattern),
    oneOrMany(pattern),
    fc.option(condition, { nil: undefined }),
  )
  .map(([Effect, notAction, notResource, actions, resources, Condition]) => ({
    Effect,
    ...(notAction ? { NotAction: actions } : { Action: actions }),
    ...(notResource ? { NotResource: resources } : { Resource: resources }),
    ...(Condition !== undefined && { Condition }),
  }));
const asked: fc.Arbitrary<Asked> = fc.record({
  action: text("aAb:"),
  resource: text("aAb:/"),
  keys: fc.dictionary(fc.constantFrom("k", "l"), fc.array(text("ab"), { minLength: 1, maxLength: 2 })),
});

test("agrees with a naive evaluator on random policies and requests", () => {
  const principal: Principal = { kind: "anonymous" };
  fc.assert(
    fc.property(oneOrMany(statement), asked, (Statement, request) => {
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
    { numRuns: 5_000, seed: 20260101 },
  );
});
