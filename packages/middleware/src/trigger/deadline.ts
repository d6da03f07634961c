// The time that an invocation has left.
import type { Context } from "aws-lambda";

/** So much before Lambda's time-out the signal aborts: time to answer, to log and to give work back. */
const MARGIN_MS = 500;

const timeoutNear = (): Error => Object.assign(new Error("The function's time-out is near"), { name: "TimeoutError" });

/** Near the time-out, what is not begun goes back instead of being done twice. Cheaper than to ask the signal. */
export const throwIfLate = (remainingMilliseconds: () => number): void => {
  if (remainingMilliseconds() <= MARGIN_MS) throw timeoutNear();
};

export interface Deadline {
  /** Made when it is first asked for: controller and timer are most of what a short call would cost. */
  readonly signal: () => AbortSignal;
  readonly stop: () => void;
}

/** A signal that aborts 500 ms before the invocation's time-out; never, when the context knows no deadline. */
export const createDeadline = (context: Partial<Context>): Deadline => {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  const start = (): AbortController => {
    const fresh = new AbortController();
    const left = context.getRemainingTimeInMillis?.();
    if (left !== undefined) {
      timer = setTimeout(() => fresh.abort(timeoutNear()), Math.max(0, left - MARGIN_MS));
      timer.unref();
    }
    return fresh;
  };
  return { signal: () => (controller ??= start()).signal, stop: () => clearTimeout(timer) };
};
