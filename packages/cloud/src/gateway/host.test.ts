import { expect, test } from "@jest/globals";
import { apiIdOf, isOwnHost } from "./host.ts";

test.each([
  "127.0.0.1:4566",
  "localhost",
  "bucket.localhost:4566",
  "[::1]:4566",
  "ab12.execute-api.us-east-1.amazonaws.com",
])("%s is our own name", (host) => {
  expect(isOwnHost(host)).toBe(true);
});

test.each([
  "evil.example",
  "127.0.0.1.evil.example",
  "localhost.evil.example:4566",
  "",
  "10.0.0.1:4566",
  "a b.localhost",
])("%j is not answered", (host) => {
  expect(isOwnHost(host)).toBe(false);
});

test("the id of an HTTP API is the first label", () => {
  expect(apiIdOf("ab12.execute-api.us-east-1.amazonaws.com")).toBe("ab12");
  expect(apiIdOf("127.0.0.1:4566")).toBeUndefined();
});

test("a name that somebody else may own does not become ours by an API's prefix", () => {
  expect(isOwnHost("ab12.execute-api.evil.example:4566")).toBe(false);
  expect(isOwnHost("ab12.execute-api.us-east-1.amazonaws.com.evil.example")).toBe(false);
  expect(isOwnHost("ab12.execute-api.localhost:4566")).toBe(true);
});
