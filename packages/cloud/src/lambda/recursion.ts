// The guard against loops: an event that has gone through too many invocations is not handed to one more.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
import { AwsError } from "../gateway/aws-error.ts";
import { readTrace } from "../trace/header.ts";
import { LIMITS } from "./limits.ts";

export const isLoop = (traceId: string | undefined): boolean => (readTrace(traceId)?.hops ?? 0) >= LIMITS.hops;

/** What a caller that waits is told. */
export const loopError = (name: string): AwsError =>
  new AwsError(
    "RecursiveInvocationException",
    400,
    `Lambda has detected your function ${name} being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.`,
  );
