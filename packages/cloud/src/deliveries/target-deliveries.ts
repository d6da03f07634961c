// Deliveries to the targets of rules and schedules: EventBridge and Scheduler share retry policies, dead letters and faults.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
import * as v from "valibot";
import { within } from "../cloudformation/property-schema.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Principal } from "../gateway/service.ts";
import type { AccountIam, Deliver, Delivery, Ground } from "../ports.ts";
import { createDeliveries, type Deliveries, type Job } from "./deliveries.ts";

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

/** What a target says about its deliveries. */
export const deliveryEntries = {
  Arn: v.string(),
  RetryPolicy: v.optional(
    v.strictObject({
      MaximumRetryAttempts: v.optional(within(0, RETRY.attempts)),
      MaximumEventAgeInSeconds: v.optional(within(60, RETRY.ageSeconds)),
    }),
  ),
  DeadLetterConfig: v.optional(
    v.strictObject({
      Arn: v.optional(v.pipe(v.string(), v.regex(/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/, "must be the ARN of a queue"))),
    }),
  ),
  SqsParameters: v.optional(v.strictObject({ MessageGroupId: v.optional(v.string()) })),
};

const targetSchema = v.object(deliveryEntries);

type DeliveryTarget = v.InferOutput<typeof targetSchema>;

/** Throws for a target that this cloud does not have, or a message group at the wrong place; answers its service. */
export const checkDeliveryTarget = ({ Arn, SqsParameters }: DeliveryTarget): string => {
  const service = Arn.startsWith("arn:aws:") ? (Arn.split(":")[2] ?? "") : "";
  if (!["lambda", "sqs", "sns", "events"].includes(service)) {
    throw unsupported(`The target ${Arn} (functions, queues, topics and event buses are)`);
  }
  const fifo = service === "sqs" && Arn.endsWith(".fifo");
  if (fifo === (SqsParameters?.MessageGroupId !== undefined)) return service;
  const message = `SqsParameters.MessageGroupId ${fifo ? "must" : "cannot"} be specified for the target ${Arn}`;
  throw new AwsError("ValidationException", 400, message);
};

/** A missing permission or target is final; what the target's service could not do now is tried again. */
const isRetried = (error: unknown): boolean =>
  !(error instanceof AwsError) || error.status >= 500 || error.status === 429 || /Throttl/.test(error.code);

const limitsOf = ({ RetryPolicy: policy }: DeliveryTarget) => ({
  attempts: policy?.MaximumRetryAttempts ?? RETRY.attempts,
  ageMs: (policy?.MaximumEventAgeInSeconds ?? RETRY.ageSeconds) * 1000,
});

const failureAttributes = (
  job: Job<unknown>,
  target: DeliveryTarget,
  error: unknown,
): Readonly<Record<string, string>> => {
  const { code, message } = error instanceof AwsError ? error : { code: "InternalFailure", message: String(error) };
  const exhausted = job.attempts > limitsOf(target).attempts;
  return {
    TARGET_ARN: target.Arn,
    ERROR_CODE: ERROR_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? "SDK_CLIENT_ERROR",
    ERROR_MESSAGE: message.slice(0, MAX_ERROR_MESSAGE),
    ...(isRetried(error) && {
      EXHAUSTED_RETRY_CONDITION: exhausted ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds",
      RETRY_ATTEMPTS: String(job.attempts - 1),
    }),
  };
};

/** The role of a target as a principal; throws when the service may not take it for `sourceArn`. */
export const takeRole = (
  iam: Pick<AccountIam, "trusts" | "principalOf">,
  roleArn: string,
  { service, sourceArn }: { readonly service: string; readonly sourceArn: string },
): Principal => {
  if (iam.trusts(roleArn, service, sourceArn)) return iam.principalOf(roleArn, service.split(".")[0] ?? "");
  throw new AwsError("AccessDeniedException", 403, `${service} is not authorized to assume role ${roleArn}`);
};

/** What goes out to a target; where it comes from and goes to is known. */
type Handed = Omit<Delivery, "targetArn" | "sourceArn">;

export interface TargetRules<T> {
  /** SigV4 name: table, labels and faults go by it. */
  readonly service: string;
  readonly sourceArn: (what: T) => string;
  /** Undefined when it is gone: then nothing is delivered. */
  readonly target: (what: T) => DeliveryTarget | undefined;
  /** Undefined when it was handed over already. */
  readonly content: (job: Job<T>) => Handed | undefined;
  readonly deadLetter: (job: Job<T>) => Handed;
  /** The service's own names for what happened. */
  readonly metrics: Readonly<Record<"attempted" | "failed" | "buried" | "lost", string>> & {
    readonly namespace: string;
    readonly dimensions: (what: T) => Readonly<Record<string, string>>;
  };
}

export const createTargetDeliveries = <T>(ground: Ground, deliver: Deliver, rules: TargetRules<T>): Deliveries<T> => {
  const { clock, bus, faults, report, traces } = ground;
  const { service, metrics } = rules;

  const count = (what: T, happened: "attempted" | "failed" | "buried" | "lost"): void => {
    const { namespace } = metrics;
    bus.publish("metric-counted", { namespace, name: metrics[happened], dimensions: metrics.dimensions(what), value: 1, unit: "Count" }); // prettier-ignore
  };
  const hand = (job: Job<T>, targetArn: string): void => {
    const content = rules.content(job);
    if (content === undefined) return;
    const sourceArn = rules.sourceArn(job.what);
    deliver({ ...content, targetArn, sourceArn });
    if (content.traceId === undefined) return;
    const name = `${service} → ${targetArn.split(":").at(-1) ?? ""}`;
    const waitMs = Math.max(0, job.notBefore - job.acceptedAt);
    traces.add({ trace: content.traceId, kind: "delivery", name, resource: sourceArn, start: job.acceptedAt, ms: 0, waitMs, status: "ok" }); // prettier-ignore
  };
  const attempt = (job: Job<T>): undefined => {
    const target = rules.target(job.what);
    if (target === undefined) return;
    count(job.what, "attempted");
    const occurrence = { service, action: "Deliver", resource: rules.sourceArn(job.what) };
    const struck = faults.strike(["duplicate", "error", "throttle"], occurrence);
    if (struck?.kind === "throttle") throw new AwsError("ThrottlingException", 429, "Rate exceeded");
    if (struck?.kind === "error")
      throw new AwsError(struck.code, struck.status ?? 500, struck.message ?? "an injected fault");
    hand(job, target.Arn);
    if (struck?.kind === "duplicate") hand(job, target.Arn);
  };
  const giveUp = (job: Job<T>, error: unknown): void => {
    const target = rules.target(job.what);
    if (target === undefined) return;
    count(job.what, "failed");
    const sourceArn = rules.sourceArn(job.what);
    const failure = `${sourceArn}: nothing could be delivered to the target ${target.Arn}`;
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return report(failure, error);
    try {
      const letter = rules.deadLetter(job);
      const attributes = { ...letter.attributes, ...failureAttributes(job, target, error) };
      deliver({ ...letter, targetArn: queueArn, sourceArn, attributes });
      count(job.what, "buried");
    } catch (refused) {
      count(job.what, "lost");
      report(`${failure}, nor to its dead-letter queue`, refused);
    }
  };
  return createDeliveries<T>(ground, {
    table: `${service}_deliveries`,
    label: `${service}: delivery`,
    attempt,
    retryInMs: (job, error) => {
      const target = rules.target(job.what);
      if (target === undefined || !isRetried(error)) return undefined;
      const { attempts, ageMs } = limitsOf(target);
      const delayMs = Math.min(RETRY.longestDelayMs, RETRY.firstDelayMs * 2 ** Math.min(job.attempts - 1, 20));
      return job.attempts > attempts || clock.now() + delayMs - job.acceptedAt > ageMs ? undefined : delayMs;
    },
    giveUp,
  });
};
