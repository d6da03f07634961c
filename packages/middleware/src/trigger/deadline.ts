import type { Context } from "aws-lambda";

/** So much before Lambda's time-out the signal aborts: time to answer, to log and to give work back. */
const marginMilliseconds = 500;

export interface Deadline {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** A signal that aborts 500 ms before the invocation's time-out; never, when the context knows no deadline. */
export const openDeadline = (context: Partial<Context>): Deadline => {
  const controller = new AbortController();
  const left = context.getRemainingTimeInMillis?.();
  if (left === undefined) return { signal: controller.signal, stop: () => undefined };
  const abort = (): void => {
    const reason = new Error("The function's time-out is near");
    reason.name = "TimeoutError";
    controller.abort(reason);
  };
  const timer = setTimeout(abort, Math.max(0, left - marginMilliseconds));
  timer.unref();
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
};
