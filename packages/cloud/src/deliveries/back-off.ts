// Retry policies and dead letters of EventBridge and Scheduler, which are the same: how long to go on, and what is told then.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Job } from "./deliveries.ts";

/** Doubled after each attempt; 185 of them fill the 24 hours (u). */
const RETRY = { attempts: 185, ageSeconds: 86_400, firstDelayMs: 1000, longestDelayMs: 512_000 };

/** `ERROR_CODE` of a dead letter, by what the target's service said (u); anything else is SDK_CLIENT_ERROR. */
const ERROR_CODES: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|Authorization/, "NO_PERMISSIONS"],
  [/NotFound|DoesNotExist|NonExistent|NoSuch/, "NO_RESOURCE"],
  [/Throttl|TooManyRequests/, "THROTTLING"],
  [/Invalid/, "INVALID_PARAMETER"],
];

const MAX_ERROR_MESSAGE = 1024;

const integer = (from: number, to: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to)));

export const retryPolicySchema = v.strictObject({
  MaximumRetryAttempts: integer(0, RETRY.attempts),
  MaximumEventAgeInSeconds: integer(60, RETRY.ageSeconds),
});

export type RetryPolicy = v.InferOutput<typeof retryPolicySchema>;

export const deadLetterSchema = v.strictObject({
  Arn: v.optional(v.pipe(v.string(), v.regex(/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/, "must be the ARN of a queue"))),
});

/** A missing permission or target is final; what the target's service could not do now is tried again. */
const isRetried = (error: unknown): boolean =>
  !(error instanceof AwsError) || error.status >= 500 || error.status === 429 || /Throttl/.test(error.code);

/** Ms until the next attempt; undefined gives up. */
export const backOffMs = (
  job: Job<unknown>,
  now: number,
  policy: RetryPolicy = {},
  error?: unknown,
): number | undefined => {
  if (!isRetried(error)) return undefined;
  const { MaximumRetryAttempts: attempts = RETRY.attempts, MaximumEventAgeInSeconds: ageSeconds = RETRY.ageSeconds } =
    policy;
  const delayMs = Math.min(RETRY.longestDelayMs, RETRY.firstDelayMs * 2 ** Math.min(job.attempts - 1, 20));
  const tooOld = now + delayMs - job.acceptedAt > ageSeconds * 1000;
  return job.attempts > attempts || tooOld ? undefined : delayMs;
};

/** Message attributes of a dead letter that tell why. */
export const failureAttributes = (
  job: Job<unknown>,
  policy: RetryPolicy | undefined,
  error: unknown,
): Readonly<Record<string, string>> => {
  const { code, message } = error instanceof AwsError ? error : { code: "InternalFailure", message: String(error) };
  const exhausted = job.attempts > (policy?.MaximumRetryAttempts ?? RETRY.attempts);
  return {
    ERROR_CODE: ERROR_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? "SDK_CLIENT_ERROR",
    ERROR_MESSAGE: message.slice(0, MAX_ERROR_MESSAGE),
    ...(isRetried(error) && {
      EXHAUSTED_RETRY_CONDITION: exhausted ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds",
      RETRY_ATTEMPTS: String(job.attempts - 1),
    }),
  };
};
