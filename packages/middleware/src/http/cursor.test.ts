import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AppError } from "../errors/app-error.ts";
import { cursors } from "./cursor.ts";

/** The value, or the code of the error; anything else that is thrown fails the test. */
const outcome = (fn: () => string): string => {
  try {
    return fn();
  } catch (error) {
    if (error instanceof AppError && error.status === 400) return error.code;
    throw error;
  }
};

const scope = { route: "GET /v1/links", sub: "u-1", filter: { tag: "a", state: undefined }, sort: "createdAt" };
const position = "2026-11-21T05:00:00.000Z#abc";

test("a cursor comes back as its position, whatever that holds", () => {
  const { encode, decode } = cursors(scope);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => expect(decode(encode(text))).toBe(text)),
    { seed: 1, numRuns: 500 },
  );
});

test.each([
  ["another caller", { ...scope, sub: "u-2" }],
  ["another route", { ...scope, route: "GET /v1/api-keys" }],
  ["another filter", { ...scope, filter: { tag: "b" } }],
  ["another sort", { ...scope, sort: "code" }],
])("a cursor of %s is refused", (_name, other) => {
  expect(() => cursors(scope).decode(cursors(other).encode(position))).toThrow("invalid-cursor");
});

test("a filter that is not given and one that is undefined are the same", () => {
  expect(cursors(scope).decode(cursors({ ...scope, filter: { tag: "a" } }).encode(position))).toBe(position);
});

test("a changed, foreign or endless text is refused, and nothing else happens", () => {
  const { encode, decode } = cursors(scope);
  const good = encode(position);
  const changed = fc
    .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([at, char]) => good.slice(0, at) + char + good.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(changed, fc.string({ maxLength: 700 }), fc.base64String()), (text) => {
      expect([position, "invalid-cursor"]).toContain(outcome(() => decode(text)));
    }),
    { seed: 2, numRuns: 3_000 },
  );
  expect(() => decode(`${good}.x`)).toThrow("invalid-cursor");
  expect(() => decode(encode("x".repeat(600)))).toThrow("invalid-cursor");
});
