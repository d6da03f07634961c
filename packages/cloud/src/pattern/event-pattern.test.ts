import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { compilePattern } from "./event-pattern.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const matches = (rule: unknown, value: unknown): boolean => compilePattern({ x: rule })({ x: value });

describe("an event pattern", () => {
  test.each<[string, unknown, unknown, boolean]>([
    ["an exact string", ["a", "b"], "b", true],
    ["another string", ["a"], "A", false],
    ["a number is not its text", [1], "1", false],
    ["null", [null], null, true],
    ["an empty string", [""], "", true],
    ["true", [true], true, true],
    ["any member of a list", ["a"], ["z", "a"], true],
    ["no member of a list", ["a"], ["y", "z"], false],
    ["prefix", [{ prefix: "ab" }], "abc", true],
    ["prefix of a number", [{ prefix: "1" }], 12, false],
    ["suffix", [{ suffix: ".png" }], "a.png", true],
    ["equals-ignore-case", [{ "equals-ignore-case": "Alice" }], "aLICE", true],
    ["anything-but a value", [{ "anything-but": "a" }], "b", true],
    ["anything-but that value", [{ "anything-but": ["a", 5] }], 5, false],
    ["anything-but prefix", [{ "anything-but": { prefix: ["a", "b"] } }], "bc", false],
    ["anything-but suffix", [{ "anything-but": { suffix: ".txt" } }], "a.png", true],
    ["anything-but without case", [{ "anything-but": { "equals-ignore-case": "X" } }], "x", false],
    ["anything-but of an absent field", [{ "anything-but": "a" }], undefined, false],
    ["numeric equal", [{ numeric: ["=", 3.018e2] }], 301.8, true],
    ["numeric range", [{ numeric: [">", 0, "<=", 5] }], 5, true],
    ["numeric outside", [{ numeric: [">", 0, "<", 5] }], 5, false],
    ["numeric of a text", [{ numeric: ["=", 5] }], "5", false],
    ["exists", [{ exists: true }], 0, true],
    ["exists on an object, which is no leaf", [{ exists: true }], { a: 1 }, false],
    ["exists: false", [{ exists: false }], undefined, true],
    ["exists: false on a value", [{ exists: false }], null, false],
    ["one of several rules", ["a", { prefix: "b" }, { exists: false }], "bc", true],
  ])("%s", (_what, rule, value, expected) => {
    expect(matches(rule, value)).toBe(expected);
  });

  test("all fields must match, nested ones too", () => {
    const match = compilePattern({ source: ["shop"], detail: { state: ["paid"], lines: { sku: ["a"], n: [2] } } });
    const passes = (lines: unknown) => match({ source: "shop", detail: { state: "paid", lines } });
    expect(passes({ sku: "a", n: 2 })).toBe(true);
    expect(passes([{ sku: "b" }, { sku: "a", n: 2 }])).toBe(true);
    expect(passes([{ sku: "a", n: 1 }, { sku: "b", n: 2 }])).toBe(false); // prettier-ignore
    expect(match({ source: "shop" })).toBe(false);
  });

  test("an absent parent makes its fields absent", () => {
    const match = compilePattern({ detail: { error: { code: [{ exists: false }] } } });
    expect(match({ detail: {} })).toBe(true);
    expect(match({ detail: { error: { code: 1 } } })).toBe(false);
  });

  test("$or is one alternative, at any level, and the fields beside it", () => {
    const match = compilePattern({ a: [1], $or: [{ b: [1] }, { c: { $or: [{ d: [1] }, { e: [1] }] } }] });
    expect(match({ a: 1, b: 1 })).toBe(true);
    expect(match({ a: 1, c: { e: 1 } })).toBe(true);
    expect(match({ a: 1, c: {} })).toBe(false);
    expect(match({ b: 1 })).toBe(false);
  });

  test("members of Object.prototype are not fields", () => {
    expect(matches([{ exists: true }], undefined)).toBe(false);
    expect(compilePattern({ constructor: [{ exists: false }] })({})).toBe(true);
  });

  test.each<[string, unknown, string]>([
    ["an unknown operator", [{ prefixx: "a" }], "prefixx is no operator that the embedded AWS knows at x"],
    ["one that is not here", [{ wildcard: "a*" }], "wildcard is no operator that the embedded AWS knows at x"],
    ["prefix of an object", [{ prefix: { "equals-ignore-case": "a" } }], "prefix needs a string at x"],
    ["two operators", [{ prefix: "a", suffix: "b" }], "prefix must be the only operator in its object at x"],
    ["a wrong operand", [{ prefix: 1 }], "prefix needs a string at x"],
    ["a wrong comparison", [{ numeric: ["!=", 1] }], 'numeric does not know the comparison "!=" at x'],
    ["a range upside down", [{ numeric: [">", 5, "<", 1] }], "numeric needs a range"],
    ["exists of a text", [{ exists: "true" }], "exists must be true or false at x"],
    ["anything-but nothing", [{ "anything-but": [] }], "anything-but needs strings or numbers at x"],
    ["an operator in anything-but", [{ "anything-but": { numeric: 1 } }], "anything-but does not know numeric at x"],
    ["an empty list", [], "Empty arrays are not allowed at x"],
    ["an empty object", {}, "Empty objects are not allowed at x"],
    ["a bare value", "a", '"x" must be an object or an array at x'],
    ["a lone alternative", { $or: [{ a: [1] }] }, "$or needs a list of at least two objects at x.$or"],
    ["a path", { y: { z: [{ foo: 1 }] } }, "foo is no operator that the embedded AWS knows at x.y.z"],
  ])("%s is refused by name and path", (_what, rule, message) => {
    expect(() => compilePattern({ x: rule })).toThrow(
      expect.objectContaining({ code: "InvalidEventPatternException" }),
    );
    expect(() => compilePattern({ x: rule })).toThrow(message);
  });

  test("may be JSON text", () => {
    expect(compilePattern('{"a":["b"]}')({ a: "b" })).toBe(true);
    expect(() => compilePattern("{")).toThrow("It is not JSON");
    expect(() => compilePattern("[]")).toThrow("It must be a JSON object");
  });
});

describe("over any input", () => {
  const scalar = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
    fc.constant(null),
  );

  test("a pattern compiles or is an InvalidEventPatternException, and never throws on an event", () => {
    const operator = fc.constantFrom(
      "prefix",
      "suffix",
      "exists",
      "numeric",
      "anything-but",
      "equals-ignore-case",
      "$or",
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        scalar,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(operator, fc.constantFrom("a", "b", "__proto__")), tie("tree"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.jsonValue(), (pattern, event) => {
        let outcome: unknown;
        try {
          outcome = compilePattern(pattern)(event);
        } catch (error) {
          outcome = error;
        }
        expect(typeof outcome === "boolean" || outcome instanceof AwsError).toBe(true);
      }),
      { seed: 5, numRuns: FULL ? 2000 : 500 },
    );
  });

  test("the exact pattern of an event's own values matches it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ maxLength: 5 }).filter((name) => name !== "$or"),
          scalar,
        ),
        (event) => {
          const pattern = Object.fromEntries(Object.entries(event).map(([name, value]) => [name, [value]]));
          expect(compilePattern(pattern)(event)).toBe(true);
        },
      ),
      { seed: 6 },
    );
  });

  test("a deeply nested event costs no stack", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(matches(["a"], deep)).toBe(false);
  });
});
