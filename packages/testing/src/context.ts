import type { Context } from "aws-lambda";
import { ACCOUNT, REGION, uuid } from "./events/deterministic.ts";

export interface ContextOptions {
  readonly functionName?: string;
  readonly memoryMb?: number;
  /** Until the time-out; `getRemainingTimeInMillis` counts down from it in real time. */
  readonly timeoutMs?: number;
  readonly requestId?: string;
}

const gone = (): never => {
  throw new Error("done, fail and succeed of callback handlers are gone; return or throw");
};

/** A Lambda context whose remaining time ticks. */
export const lambdaContext = (options: ContextOptions = {}): Context => {
  const { functionName = "function", memoryMb = 256, timeoutMs = 10_000 } = options;
  const started = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: options.requestId ?? uuid(options),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "2026/01/15/[$LATEST]0",
    getRemainingTimeInMillis: () => Math.max(0, timeoutMs - (performance.now() - started)),
    done: gone,
    fail: gone,
    succeed: gone,
  };
};
