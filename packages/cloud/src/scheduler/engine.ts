// Runs schedules on the clock and hands their input to the target, under the schedule's role, with retries. A run that was
// due while the cloud was down is not made up for (u).
import { createHash, randomBytes } from "node:crypto";
import { createRuns } from "../cron/runs.ts";
import { makeEvent, secondsOf } from "../deliveries/bus-event.ts";
import { createTargetDeliveries, takeRole } from "../deliveries/target-deliveries.ts";
import { seeded } from "../faults/faults.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Principal } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import { newTrace, writeTrace } from "../trace/header.ts";
import { groupArn, type OpenSchedule, type Schedule, type SchedulerModel, type Target } from "./model.ts";

interface Run {
  readonly scheduleArn: string;
  readonly target: Target;
  readonly scheduledAt: number;
  readonly traceId: string;
}

export interface SchedulerEngine {
  readonly start: () => void;
  /** Throws unless Scheduler may take the role for schedules of this group. */
  readonly checkRole: (roleArn: string, groupArn: string) => void;
  /** Drops what waits for another attempt. */
  readonly forget: (scheduleArn: string) => void;
}

export interface EnginePorts {
  readonly iam: Pick<AccountIam, "trusts" | "principalOf">;
  readonly deliver: Deliver;
  readonly model: SchedulerModel;
}

const SERVICE = "scheduler.amazonaws.com";

/**
 * What a trust policy sees as `aws:SourceArn`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
const groupOf = (scheduleArn: string): string => {
  const [, , , region = "", , , group = ""] = scheduleArn.split(/[:/]/);
  return groupArn(region, group);
};

/** What a target gets when its schedule says nothing; `detail` is a text. */
const defaultInput = ({ scheduleArn, scheduledAt }: Run): string =>
  JSON.stringify(
    makeEvent({
      detailType: "Scheduled Event",
      source: "aws.scheduler",
      time: scheduledAt,
      region: scheduleArn.split(":")[3] ?? "",
      resources: [scheduleArn],
      detail: "{}",
    }),
  );

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
const nextRun = (schedule: OpenSchedule, after: number): number | undefined => {
  const { kind, next } = schedule.expression;
  if (kind === "at") return next(after, 0);
  const { StartDate: from = Number.NEGATIVE_INFINITY, EndDate: to = Number.POSITIVE_INFINITY, changedAt } = schedule;
  const time = next(Math.max(after, from - 1), Number.isFinite(from) ? from : changedAt);
  return time === undefined || time > to ? undefined : time;
};

export const createEngine = (ground: Ground, { iam, deliver, model }: EnginePorts): SchedulerEngine => {
  const { clock, store } = ground;
  const { schedules } = model;

  const principalFor = ({ target, scheduleArn }: Run): Principal =>
    takeRole(iam, target.RoleArn, { service: SERVICE, sourceArn: groupOf(scheduleArn) });
  const deliveries = createTargetDeliveries<Run>(ground, deliver, {
    service: "scheduler",
    sourceArn: ({ scheduleArn }) => scheduleArn,
    target: ({ target }) => target,
    content: ({ what: run, attempts }) => {
      const { target, scheduleArn, traceId } = run;
      const { EventBridgeParameters: event, SqsParameters } = target;
      const groupId = SqsParameters?.MessageGroupId;
      return {
        principal: principalFor(run),
        body: inputOf(run, attempts + 1),
        ...(event !== undefined && { source: event.Source, detailType: event.DetailType, resources: [scheduleArn] }),
        // A FIFO queue deduplicates by content: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SqsParameters.html
        ...(groupId !== undefined && { messageGroupId: groupId }),
        traceId,
      };
    },
    deadLetter: ({ what, attempts }) => ({
      principal: principalFor(what),
      body: inputOf(what, attempts),
      attributes: { SCHEDULE_ARN: what.scheduleArn },
      traceId: what.traceId,
    }),
    metrics: {
      namespace: "AWS/Scheduler",
      dimensions: ({ scheduleArn }) => ({ ScheduleGroup: scheduleArn.split("/")[1] ?? "" }),
      attempted: "InvocationAttemptCount",
      failed: "InvocationDroppedCount",
      buried: "InvocationsSentToDeadLetterCount",
      lost: "InvocationsFailedToBeSentToDeadLetterCount",
    },
  });
  const arm = createRuns(clock, {
    label: (arn) => `scheduler: ${arn.split(":schedule/").at(-1) ?? ""}`,
    next: (arn, after) => {
      const schedule = schedules.get(arn);
      return schedule?.State === "ENABLED" ? nextRun(schedule, after) : undefined;
    },
    run: (arn, time, isLast) =>
      store.transaction(() => {
        const schedule = schedules.get(arn);
        if (schedule === undefined) return;
        const waitMs = windowMs(schedule, time);
        const traceId = writeTrace(newTrace(time));
        const run: Run = { scheduleArn: arn, target: schedule.Target, scheduledAt: time, traceId };
        if (waitMs > 0) deliveries.enqueue(run, time + waitMs);
        else deliveries.handOver(run);
        if (isLast && schedule.ActionAfterCompletion === "DELETE") schedules.remove(arn);
      }),
  });

  return {
    checkRole: (roleArn, groupArn) => {
      if (iam.trusts(roleArn, SERVICE, groupArn)) return;
      const message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
      throw new AwsError("ValidationException", 400, message);
    },
    forget: (arn) => deliveries.drop(({ scheduleArn }) => scheduleArn === arn),
    start: () => {
      deliveries.start();
      // A rate without a start date runs at once, so the instant of the change counts.
      schedules.onChange((arn) => arm(arn, clock.now() - 1));
      for (const { arn } of schedules.list()) arm(arn, clock.now());
    },
  };
};
