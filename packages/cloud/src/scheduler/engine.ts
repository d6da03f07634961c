// Runs schedules on the clock and hands their input to the target, under the schedule's role, with retries. A run that was
// due while the cloud was down is not made up for (u).
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Timer } from "../clock/clock.ts";
import type { Job } from "../deliveries/deliveries.ts";
import { createTargetDeliveries, takeRole } from "../deliveries/target-deliveries.ts";
import { seeded } from "../faults/faults.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import { newTrace, writeTrace } from "../trace/header.ts";
import type { Schedule, SchedulerModel, Target } from "./model.ts";

interface Run {
  readonly scheduleArn: string;
  readonly target: Target;
  readonly scheduledAt: number;
  readonly traceId: string;
}

export interface SchedulerEngine {
  readonly start: () => void;
  /** Throws unless Scheduler may take the role. */
  readonly checkRole: (roleArn: string) => void;
  /** Drops what waits for another attempt. */
  readonly forget: (scheduleArn: string) => void;
}

export interface EnginePorts {
  readonly iam: Pick<AccountIam, "trusts" | "principalOf">;
  readonly deliver: Deliver;
  readonly model: SchedulerModel;
}

const SERVICE = "scheduler.amazonaws.com";

const METRICS = {
  attempted: "InvocationAttemptCount",
  failed: "InvocationDroppedCount",
  buried: "InvocationsSentToDeadLetterCount",
  lost: "InvocationsFailedToBeSentToDeadLetterCount",
} as const;

const secondsOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** What a target gets when its schedule says nothing. */
const defaultInput = ({ scheduleArn, scheduledAt }: Run): string =>
  JSON.stringify({
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: ACCOUNT,
    time: secondsOf(scheduledAt),
    region: scheduleArn.split(":")[3],
    resources: [scheduleArn],
    detail: "{}",
  });

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const inputOf = (run: Run, attempt: number): string => {
  const { target, scheduleArn, scheduledAt } = run;
  if (target.Input === undefined) return target.EventBridgeParameters === undefined ? defaultInput(run) : "{}";
  return target.Input.replaceAll("<aws.scheduler.schedule-arn>", scheduleArn)
    .replaceAll("<aws.scheduler.scheduled-time>", secondsOf(scheduledAt))
    .replaceAll("<aws.scheduler.execution-id>", () => randomBytes(8).toString("hex"))
    .replaceAll("<aws.scheduler.attempt-number>", String(attempt));
};

/** Where in its window a run falls: the same for the same schedule and time, in every run of a test. */
const windowMs = (
  { arn, FlexibleTimeWindow: { MaximumWindowInMinutes: minutes = 0 } }: Schedule,
  time: number,
): number => {
  if (minutes === 0) return 0;
  const seed = createHash("sha256").update(`${arn} ${time}`).digest().readUInt32BE(0);
  return Math.floor(seeded(seed)() * minutes * 60_000);
};

/** The first run after `after` within the schedule's dates. */
const nextRun = (model: SchedulerModel, schedule: Schedule, after: number): number | undefined => {
  const { kind, next } = model.expressionOf(schedule);
  if (kind === "at") return next(after, 0);
  const { StartDate: from = Number.NEGATIVE_INFINITY, EndDate: to = Number.POSITIVE_INFINITY, changedAt } = schedule;
  const time = next(Math.max(after, from - 1), Number.isFinite(from) ? from : changedAt);
  return time === undefined || time > to ? undefined : time;
};

export const createEngine = (ground: Ground, { iam, deliver, model }: EnginePorts): SchedulerEngine => {
  const { clock, store, bus, traces } = ground;
  const timers = new Map<string, Timer>();

  const checkRole = (roleArn: string): void => {
    if (iam.trusts(roleArn, SERVICE)) return;
    const message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
    throw new AwsError("ValidationException", 400, message);
  };
  const hand = ({ what: run, attempts, notBefore }: Job<Run>): void => {
    const { target, scheduleArn, scheduledAt, traceId } = run;
    const { EventBridgeParameters: event, SqsParameters } = target;
    const groupId = SqsParameters?.MessageGroupId;
    deliver({
      targetArn: target.Arn,
      principal: takeRole(iam, target.RoleArn, SERVICE),
      sourceArn: scheduleArn,
      body: inputOf(run, attempts + 1),
      ...(event !== undefined && { source: event.Source, detailType: event.DetailType, resources: [scheduleArn] }),
      ...(groupId !== undefined && { messageGroupId: groupId, deduplicationId: `${scheduledAt}` }),
      traceId,
    });
    const name = `scheduler → ${target.Arn.split(":").at(-1) ?? ""}`;
    const waitMs = Math.max(0, notBefore - scheduledAt);
    traces.add({ trace: traceId, kind: "delivery", name, resource: scheduleArn, start: scheduledAt, ms: 0, waitMs, status: "ok" }); // prettier-ignore
  };
  const deliveries = createTargetDeliveries<Run>(ground, deliver, {
    service: "scheduler",
    sourceArn: ({ scheduleArn }) => scheduleArn,
    target: ({ target }) => target,
    hand,
    deadLetter: ({ what, attempts }) => ({
      principal: takeRole(iam, what.target.RoleArn, SERVICE),
      body: inputOf(what, attempts),
      attributes: { SCHEDULE_ARN: what.scheduleArn },
      traceId: what.traceId,
    }),
    count: ({ scheduleArn }, name) => {
      const dimensions = { ScheduleGroup: scheduleArn.split("/")[1] ?? "" };
      bus.publish("metric-counted", { namespace: "AWS/Scheduler", name: METRICS[name], dimensions, value: 1, unit: "Count" }); // prettier-ignore
    },
  });

  const fire = (arn: string, time: number): void =>
    store.transaction(() => {
      const schedule = model.find(arn);
      if (schedule === undefined) return;
      const waitMs = windowMs(schedule, time);
      const run: Run = {
        scheduleArn: arn,
        target: schedule.Target,
        scheduledAt: time,
        traceId: writeTrace(newTrace(time)),
      };
      if (waitMs > 0) deliveries.enqueue(run, time + waitMs);
      else deliveries.handOver(run);
      const completed = !timers.has(arn);
      if (completed && schedule.ActionAfterCompletion === "DELETE") model.remove(arn);
    });
  const arm = (arn: string, after: number): void => {
    timers.get(arn)?.cancel();
    timers.delete(arn);
    const schedule = model.find(arn);
    const time = schedule?.State === "ENABLED" ? nextRun(model, schedule, after) : undefined;
    if (time === undefined) return;
    const run = (): void => {
      arm(arn, Math.max(time, clock.now())); // a real clock may have slept through some runs
      fire(arn, time);
    };
    timers.set(arn, clock.at(time, `scheduler: ${arn.split(":schedule/").at(-1) ?? ""}`, run));
  };

  return {
    checkRole,
    forget: (arn) => deliveries.drop(({ scheduleArn }) => scheduleArn === arn),
    start: () => {
      deliveries.start();
      // A rate without a start date runs at once, so the instant of the change counts.
      model.onChange((arn) => arm(arn, clock.now() - 1));
      for (const { arn } of model.list()) arm(arn, clock.now());
    },
  };
};
