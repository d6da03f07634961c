import { expect, test } from "@jest/globals";
import { AppError } from "./app-error.ts";
import { isOutage, toAppError } from "./classify.ts";
import { errorTable, invalid, rateLimited } from "./makers.ts";
import { problemOf } from "./problem.ts";

test("the table alone says status and whether a retry can help", () => {
  const { fail, conflict } = errorTable({ "slug-taken": 409, "lock-busy": { status: 409, retryable: true } });
  expect(conflict("slug-taken", "x")).toMatchObject({ status: 409, retryable: false, name: "AppError" });
  expect(conflict("lock-busy", "x").retryable).toBe(true);
  expect([
    fail("rate-limited", "x").retryable,
    fail("dependency-unavailable", "x").retryable,
    fail("gone", "x").retryable,
  ]).toEqual([true, true, false]);
});

test("an error keeps its cause, and its message names code and detail", () => {
  const cause = new Error("inner");
  const error = errorTable({}).fail("gone", "The link is gone", { cause });
  expect(error).toBeInstanceOf(AppError);
  expect([error.message, error.cause]).toEqual(["gone: The link is gone", cause]);
  expect("cause" in errorTable({}).fail("gone", "x")).toBe(false);
});

test.each([
  [Object.assign(new Error("x"), { name: "ThrottlingException" }), true],
  [Object.assign(new Error("x"), { code: "ECONNRESET" }), true],
  [Object.assign(new Error("x"), { name: "TimeoutError" }), true],
  [Object.assign(new Error("x"), { $metadata: { httpStatusCode: 503 } }), true],
  [Object.assign(new Error("x"), { name: "TransactionConflictException" }), true],
  [Object.assign(new Error("x"), { name: "ValidationException", $metadata: { httpStatusCode: 400 } }), false],
  [Object.assign(new Error("x"), { name: "AccessDeniedException" }), false],
  [Object.assign(new Error("x"), { code: "EACCES" }), false],
  [new TypeError("x"), false],
  ["TimeoutError", false],
])("%s is an outage: %s", (error, outage) => {
  expect(isOutage(error)).toBe(outage);
  expect(toAppError(error).status).toBe(outage ? 503 : 500);
});

test("a 5xx tells nothing but its code", () => {
  const error = toAppError(Object.assign(new Error("table x"), { name: "TimeoutError" }));
  expect(problemOf(error, "r")).toEqual({
    type: "https://problems.example/dependency-unavailable",
    title: "Dependency unavailable",
    status: 503,
    instance: "urn:request:r",
    code: "dependency-unavailable",
  });
});

test("an error may bring further members of its problem, but none in place of the standard's", () => {
  const extensions = { balance: 30, status: 200 };
  const error = errorTable({ "too-poor": 409 }).conflict("too-poor", "x", { extensions });
  expect(problemOf(error, "r")).toMatchObject({ balance: 30, status: 409, code: "too-poor" });
});

test("makers fill in what belongs to their status", () => {
  expect(invalid([{ pointer: "#/a", code: "x", detail: "y" }]).detail).toBe("1 problem in the request body");
  expect(rateLimited(0.2, "slow").headers).toEqual({ "retry-after": "1" });
});
