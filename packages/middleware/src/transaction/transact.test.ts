import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { transact } from "./transact.ts";

// The clock that the local cloud has: waiting takes no time.
const CLOCK = Symbol.for("warmstart.clock");
beforeAll(() => void Reflect.set(globalThis, CLOCK, { skip: () => undefined }));
afterAll(() => void Reflect.deleteProperty(globalThis, CLOCK));

const cancelled = (...codes: string[]): Error =>
  Object.assign(new Error("Transaction cancelled"), {
    name: "TransactionCanceledException",
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Fails with each of these in turn, then succeeds. */
const failing = (...errors: Error[]) =>
  jest.fn(async () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
  });

test("what is written at once is written once", async () => {
  const write = failing();
  await expect(transact(write)).resolves.toBeUndefined();
  expect(write).toHaveBeenCalledTimes(1);
});

test("a failed condition is told by the place of its write, and not tried again", async () => {
  const write = failing(cancelled("None", "ConditionalCheckFailed"));
  await expect(transact(write)).resolves.toEqual([{ Code: "None" }, { Code: "ConditionalCheckFailed" }]);
  expect(write).toHaveBeenCalledTimes(1);
});

test("another transaction in the way is waited for, five tries in all", async () => {
  await expect(transact(failing(cancelled("TransactionConflict"), cancelled("ThrottlingError")))).resolves.toBe(
    undefined,
  );
  const write = failing(...Array.from({ length: 9 }, () => cancelled("TransactionConflict", "None")));
  await expect(transact(write)).rejects.toMatchObject({ status: 503, code: "dependency-unavailable" });
  expect(write).toHaveBeenCalledTimes(5);
});

const both = () => cancelled("TransactionConflict", "ConditionalCheckFailed");

test("a condition that failed beside a conflict is tried again, and is an answer if it still fails", async () => {
  await expect(transact(failing(both()))).resolves.toBeUndefined();
  await expect(transact(failing(both(), both(), both(), both(), both()))).resolves.toHaveLength(2);
});

test("any other failure is the caller's", async () => {
  await expect(transact(failing(cancelled("ValidationError")))).rejects.toThrow("Transaction cancelled");
  await expect(transact(failing(new TypeError("no")))).rejects.toThrow(TypeError);
});
