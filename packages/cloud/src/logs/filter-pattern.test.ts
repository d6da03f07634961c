import { describe, expect, test } from "@jest/globals";
import { assert, constantFrom, property, string } from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { compileFilterPattern } from "./filter-pattern.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const CLICK = `{"type":"click","n":5,"big":1e3,"ok":true,"none":null,"user":{"name":"a \\"b\\""},"list":[{"id":1},{"id":2}]}\n`;

describe("a JSON pattern", () => {
  test.each([
    [`{ $.type = "click" }`, true],
    [`{ $.type = click }`, true],
    [`{$.type="clic"}`, false],
    [`{ $.type = "cl*k" }`, true],
    [`{ $.type != "view" }`, true],
    [`{ $.missing != "view" }`, false],
    [`{ $.n = 5 }`, true],
    [`{ $.n >= 5 && $.n < 6 }`, true],
    [`{ $.big = 1000 }`, true],
    [`{ $.type = 5 }`, false],
    [`{ $.ok IS TRUE }`, true],
    [`{ $.none IS NULL }`, true],
    [`{ $.missing IS NULL }`, false],
    [`{ $.missing NOT EXISTS }`, true],
    [`{ $.none NOT EXISTS }`, false],
    [`{ $.user.name = "a \\"b\\"" }`, true],
    [`{ $.list[1].id = 2 }`, true],
    [`{ $.list[*].id = 2 }`, true],
    [`{ $.list[0].id = 2 }`, false],
    [`{ $["user"]["name"] = "a*" }`, true],
    [`{ ($.n = 1 || $.n = 5) && ($.type = "click") }`, true],
    [`{ $.n = 1 || $.n = 5 && $.type = "view" }`, false],
  ])("%s", (pattern, expected) => {
    expect(compileFilterPattern(pattern)(CLICK)).toBe(expected);
  });

  test("matches no text that is not JSON", () => {
    const matches = compileFilterPattern(`{ $.type NOT EXISTS }`);
    expect(matches("plain")).toBe(false);
    expect(matches("{broken")).toBe(false);
  });

  test.each([
    `{ $.a }`,
    `{ $.a = }`,
    `{ a = 1 }`,
    `{ $.a = 1`,
    `{ $.a > "x" }`,
    `{ $.a = 1 } x`,
    `{ $.a IS 5 }`,
    `{ $.a = %x% }`,
  ])("%s is refused", (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow("Invalid filter pattern");
  });
});

describe("terms", () => {
  test.each([
    ["", "anything", true],
    ["ERROR", "an ERROR here", true],
    ["ERROR", "an error here", false],
    ["ERROR here", "here is an ERROR", true],
    [`"ERROR here"`, "here is an ERROR", false],
    [`"a \\"b\\""`, `a "b"`, true],
    ["ERROR -debug", "ERROR debug", false],
    ["?one ?two", "two", true],
    ["?one ?two", "three", false],
  ])("%j on %j", (pattern, message, expected) => {
    expect(compileFilterPattern(pattern)(message)).toBe(expected);
  });

  test("for space-delimited text, and with regular expressions, are refused by name", () => {
    expect(() => compileFilterPattern("[ip, user]")).toThrow("space-delimited log events is not supported");
    expect(() => compileFilterPattern("%E[0-9]+%")).toThrow("regular expression in a filter pattern is not supported");
  });
});

const outcomeOf = (pattern: string, message: string): string => {
  try {
    compileFilterPattern(pattern)(message);
    return "fine";
  } catch (error) {
    return error instanceof AwsError ? "fine" : String(error);
  }
};

test("any text is a pattern or an AWS error", () => {
  const text = string({ unit: constantFrom(...Array.from("{}$.ab[0]*=\"'<>!&|()% -?\\ISNULL")), maxLength: 30 });
  assert(
    property(text, string(), (pattern, message) => {
      expect(outcomeOf(pattern, message)).toBe("fine");
    }),
    { seed: 1, numRuns: FULL ? 500 : 150 },
  );
});
