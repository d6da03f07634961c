// Calls of functions by the API: its permission, its time limit, and what a failure means.
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground, Lambda } from "../ports.ts";
import { type Answer, failure } from "./answer.ts";
import { executeApiArn, type Exchange, proxyEvent } from "./event.ts";
import { FAILURES, LIMITS } from "./limits.ts";
import { MalformedResult, toAnswer } from "./result.ts";

/** What an API needs of Lambda. */
export type CalledLambda = Pick<Lambda, "invoke" | "permits" | "exists">;

export type Called =
  | { readonly payload: string }
  /** `reason` is for the developer, never for the client. */
  | { readonly failed: keyof typeof FAILURES; readonly reason: string };

export interface Caller {
  readonly functionArn: string;
  /** As the source in the function's permission. */
  readonly sourceArn: string;
  readonly payload: string;
  readonly traceId: string;
  readonly limitMs: number;
}

export interface InvokeGround {
  readonly lambda: CalledLambda;
  readonly report: Ground["report"];
}

/** The function's own log has the rest. */
const REASON_LENGTH = 300;

const LATE = Symbol("late");

/** The function goes on when the limit is over, as on AWS; real time, as all time limits of functions. */
const limited = async <T>(promise: Promise<T>, limitMs: number): Promise<T | typeof LATE> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

const failureOf = (error: unknown): Called => {
  if (!(error instanceof AwsError)) throw error;
  const reason = `${error.code}: ${error.message}`;
  if (error.code === "TooManyRequestsException") return { failed: "throttled", reason };
  if (error.code === "RequestTooLargeException") return { failed: "payloadTooLarge", reason };
  return { failed: "notInvocable", reason };
};

/** Runs a function as API Gateway does and waits no longer than the limit. */
export const callFunction = async (lambda: CalledLambda, caller: Caller): Promise<Called> => {
  const { functionArn, sourceArn, payload, traceId, limitMs } = caller;
  if (!lambda.permits(functionArn, "apigateway.amazonaws.com", sourceArn))
    return {
      failed: "notInvocable",
      reason: `no permission lets apigateway.amazonaws.com from ${sourceArn} invoke it`,
    };
  try {
    const outcome = await limited(lambda.invoke({ functionName: functionArn, payload, traceId }), limitMs);
    if (outcome === LATE) return { failed: "integrationTimeout", reason: `no answer within ${limitMs} ms` };
    if (!outcome.failed) return { payload: outcome.payload };
    return { failed: "functionFailed", reason: outcome.payload.slice(0, REASON_LENGTH) };
  } catch (error) {
    return failureOf(error);
  }
};

/** The answer of the route's function to the request. */
export const integrate = async (
  exchange: Exchange,
  authorizer: object | undefined,
  { lambda, report }: InvokeGround,
): Promise<Answer> => {
  const { integration, route, traceId, compiled } = exchange;
  const refuse = (status: (typeof FAILURES)[keyof typeof FAILURES], reason: string): Answer => {
    report(
      `HTTP API ${compiled.api.owner}, ${route.RouteKey}, ${integration.IntegrationUri}: answered ${status}: ${reason}`,
    );
    return failure(status);
  };
  const templatePath =
    route.RouteKey === "$default" ? "/$default" : route.RouteKey.slice(route.RouteKey.indexOf(" ") + 1);
  const called = await callFunction(lambda, {
    functionArn: integration.IntegrationUri,
    sourceArn: executeApiArn(exchange, templatePath),
    payload: proxyEvent(exchange, authorizer),
    traceId,
    limitMs: integration.TimeoutInMillis ?? LIMITS.integrationMs.most,
  });
  if ("failed" in called) return refuse(FAILURES[called.failed], called.reason);
  try {
    return toAnswer(called.payload);
  } catch (error) {
    if (error instanceof MalformedResult) return refuse(FAILURES.functionFailed, error.message);
    throw error;
  }
};
