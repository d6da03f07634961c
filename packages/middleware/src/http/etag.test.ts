import { describe, expect, test } from "@jest/globals";
import type { Caller } from "./caller.ts";
import { etagOf, expectedVersion, matchesEtag } from "./etag.ts";
import { limitOf, page } from "./page.ts";
import { request } from "./request.test.fixture.ts";

const admin: Caller = { kind: "jwt", sub: "a", groups: ["admin"], clientId: "c", claims: {} };

describe("If-Match", () => {
  test("one strong tag names the version", () => expect(expectedVersion({ "if-match": '"v7"' })).toBe(7));
  test("a star is for admins and means any version", () => {
    expect(expectedVersion({ "if-match": "*" }, admin)).toBeUndefined();
    expect(() => expectedVersion({ "if-match": "*" })).toThrow("if-match-required");
  });
  test.each([
    [undefined, "if-match-required"],
    ["v7", "invalid-header"],
    ['"v7", "v8"', "invalid-header"],
    ['W/"v7"', "etag-mismatch"],
    ['"other"', "etag-mismatch"],
    ['"v99999999999999999999"', "etag-mismatch"],
  ])("%s is %s", (header, code) => expect(() => expectedVersion({ "if-match": header })).toThrow(code));
});

test.each([
  ['"v7"', true],
  ['W/"v7"', true],
  ['"a", "v7"', true],
  ["*", true],
  ['"v70"', false],
  ["v7", false],
  ["", false],
  [undefined, false],
])("If-None-Match %s against v7: %s", (header, matches) => expect(matchesEtag(header, etagOf(7))).toBe(matches));

test("a page links to the next one with the same filter", () => {
  const reply = page({ data: [1], limit: 1, next: "c.d" }, request("GET /v1/links", { query: "tag=a%20b&cursor=old" }));
  expect(JSON.parse(reply.body ?? "")).toEqual({ data: [1], page: { limit: 1, next: "c.d" } });
  expect(reply.headers?.["link"]).toBe('</v1/links?tag=a+b&cursor=c.d>; rel="next"');
  expect(page({ data: [], limit: 1, next: null }, request("GET /v1/links")).headers).not.toHaveProperty("link");
});

test("a limit is 1 to 100, 20 when it is not given", () => {
  expect([undefined, "5", "0", "1000", "x"].map(limitOf)).toEqual([20, 5, 20, 100, 20]);
});
