import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { serviceName } from "./call.ts";
import { createDeadline } from "./deadline.ts";
import { wait } from "./wait.ts";

const clockKey = Symbol.for("warmstart.clock");
afterEach(() => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, clockKey);
});

describe("the signal", () => {
  test("aborts 500 ms before the time-out, with a TimeoutError", () => {
    jest.useFakeTimers();
    const { signal } = createDeadline({ getRemainingTimeInMillis: () => 10_000 });
    const watched = signal();
    jest.advanceTimersByTime(9_499);
    expect(watched.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(watched.aborted).toBe(true);
    expect(watched.reason).toMatchObject({ name: "TimeoutError" });
    expect(signal()).toBe(watched);
  });

  test("never aborts once the call is over, nor without a deadline", () => {
    jest.useFakeTimers();
    const over = createDeadline({ getRemainingTimeInMillis: () => 1_000 });
    const signal = over.signal();
    over.stop();
    const endless = createDeadline({}).signal();
    jest.advanceTimersByTime(60_000);
    expect([signal.aborted, endless.aborted]).toEqual([false, false]);
  });
});

describe("wait", () => {
  test("waits, and ends early with the signal's reason", async () => {
    jest.useFakeTimers();
    const controller = new AbortController();
    const short = wait(5);
    const long = wait(50, controller.signal);
    await jest.advanceTimersByTimeAsync(5_000);
    await short;
    controller.abort(new Error("time is up"));
    await expect(long).rejects.toThrow("time is up");
    expect(jest.getTimerCount()).toBe(0);
    await expect(wait(1, controller.signal)).rejects.toThrow("time is up");
  });

  test("under a frozen clock it moves the clock on and returns at once", async () => {
    const skipped: number[] = [];
    Reflect.set(globalThis, clockKey, { skip: (milliseconds: number) => void skipped.push(milliseconds) });
    await wait(3_600);
    expect(skipped).toEqual([3_600_000]);
  });
});

test("the service is named by Powertools' variable or by the function's name", () => {
  expect(serviceName({ POWERTOOLS_SERVICE_NAME: "given" }, "a-b-c")).toBe("given");
  expect(serviceName({}, "url-shortener-local-createLink")).toBe("url-shortener");
  expect(serviceName({}, undefined)).toBe("service");
});
