import { describe, expect, test } from "@jest/globals";
import { assert, constantFrom, property, shuffledSubarray, string } from "fast-check";
import { createRouter, parseRouteKey } from "./router.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const KEYS = [
  "$default",
  "ANY /{proxy+}",
  "GET /pets/{proxy+}",
  "GET /pets/dog/{id}",
  "GET /pets/dog/1",
  "ANY /pets/dog/1",
  "POST /pets/{kind}/{id}/feed",
  "HEAD /h",
  "GET /h",
];
const match = createRouter(KEYS.map((RouteKey) => ({ RouteKey })));

describe("a request goes to", () => {
  test.each<[string, string, string, Record<string, string>?]>([
    ["the exact route", "GET /pets/dog/1", "GET /pets/dog/1"],
    ["ANY of the exact route", "PUT /pets/dog/1", "ANY /pets/dog/1"],
    ["the variable", "GET /pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["the longer greedy route", "GET /pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["the shorter greedy route, of another method", "POST /pets/cat", "ANY /{proxy+}", { proxy: "pets/cat" }],
    ["two variables", "POST /pets/a/b/feed", "POST /pets/{kind}/{id}/feed", { kind: "a", id: "b" }],
    ["HEAD, which is not GET", "HEAD /h", "HEAD /h"],
    ["$default when the greedy variable would be empty", "GET /", "$default"],
    ["an encoded literal", "GET /%70ets/dog/1", "GET /pets/dog/1"],
    ["a variable decoded once", "GET /pets/dog/a%2520%2F", "GET /pets/dog/{id}", { id: "a%20/" }],
    ["a variable that cannot be decoded", "GET /pets/dog/%zz", "GET /pets/dog/{id}", { id: "%zz" }],
    ["the greedy route when the variable would be empty", "GET /pets/dog/", "GET /pets/{proxy+}", { proxy: "dog/" }],
  ])("%s", (_, line, key, pathParameters = {}) => {
    const [method = "", path = ""] = line.split(" ");
    expect(match(method, path)).toEqual({ route: { RouteKey: key }, pathParameters });
  });
});

test("in whatever order routes were made, the exact one comes before the variable one", () => {
  const keys = ["GET /users/{id}", "GET /users", "GET /users/me", "GET /users/{id}/role", "GET /users/{proxy+}"];
  const order = shuffledSubarray(keys, { minLength: keys.length });
  const check = property(order, (shuffled) => {
    const find = createRouter(shuffled.map((RouteKey) => ({ RouteKey })));
    const found = ["/users/me", "/users/a", "/users/me/role", "/users/me/x"].map(
      (path) => find("GET", path)?.route.RouteKey,
    );
    expect(found).toEqual(["GET /users/me", "GET /users/{id}", "GET /users/{id}/role", "GET /users/{proxy+}"]);
  });
  assert(check, { seed: 1, numRuns: 200 });
});

test("without $default an unknown path or method has no route", () => {
  const some = createRouter([{ RouteKey: "GET /a" }]);
  expect(some("GET", "/b")).toBeUndefined();
  expect(some("HEAD", "/a")).toBeUndefined();
  expect(some("GET", "/a/")).toBeUndefined();
});

test.each(["GET", "get /a", "TRACE /a", "GET a", "GET /{a}b", "GET /{a+}/b", "GET /{a}/{a}", "GET /{}", "GET /{a b}"])(
  "%j is no route key",
  (key) => expect(parseRouteKey(key)).toBeUndefined(),
);

test("no path breaks the router, and a match always belongs to the method", () => {
  assert(
    property(constantFrom("GET", "HEAD", "POST", "PATCH"), string(), (method, text) => {
      const key = match(method, `/${text}`)?.route.RouteKey ?? "";
      expect(key === "$default" || key.startsWith("ANY ") || key.startsWith(`${method} `)).toBe(true);
    }),
    { seed: 7, numRuns: FULL ? 2_000 : 500 },
  );
});
