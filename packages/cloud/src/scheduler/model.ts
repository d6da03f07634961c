// A schedule, what it may say, and those that exist.
import * as v from "valibot";
import { type ExpressionKind, readExpression, type ScheduleExpression } from "../cron/schedule-expression.ts";
import { createZone, type Zone } from "../cron/zone.ts";
import { within } from "../cloudformation/property-schema.ts";
import { checkDeliveryTarget, deliveryEntries } from "../deliveries/target-deliveries.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { openTable, type OpenTable } from "../store/open-table.ts";
import { DEFAULT_GROUP, MAX_INPUT, MAX_WINDOW_MINUTES } from "./limits.ts";

export const nameSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-zA-Z-_.]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9 and - _ ."),
);

const targetSchema = v.strictObject({
  ...deliveryEntries,
  RoleArn: v.pipe(v.string(), v.regex(/^arn:aws:iam::\d{12}:role\/.+$/, "must be the ARN of a role")),
  Input: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_INPUT))),
  EventBridgeParameters: v.optional(v.strictObject({ DetailType: v.string(), Source: v.string() })),
});

export type Target = v.InferOutput<typeof targetSchema>;

/** Seconds since 1970 in the API, ISO 8601 in templates; kept as ms. */
const date = v.optional(
  v.pipe(
    v.union([v.number(), v.string()]),
    v.transform((value) => (typeof value === "number" ? value * 1000 : Date.parse(value))),
    v.check((ms) => Number.isFinite(ms), "must be a date"),
  ),
);

/** What a schedule says, besides its name. */
export const scheduleEntries = {
  GroupName: v.optional(nameSchema, DEFAULT_GROUP),
  ScheduleExpression: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  ScheduleExpressionTimezone: v.optional(v.string(), "UTC"),
  FlexibleTimeWindow: v.strictObject({
    Mode: v.picklist(["OFF", "FLEXIBLE"]),
    MaximumWindowInMinutes: v.optional(within(1, MAX_WINDOW_MINUTES)),
  }),
  Target: targetSchema,
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
  StartDate: date,
  EndDate: date,
  ActionAfterCompletion: v.optional(v.picklist(["NONE", "DELETE"]), "NONE"),
};

const scheduleSchema = v.object({ Name: nameSchema, ...scheduleEntries });

export type ScheduleInput = v.InferOutput<typeof scheduleSchema>;

export interface Schedule extends ScheduleInput {
  readonly arn: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Hash of the request that made it what it is, when that had a token: the same one again changes nothing. */
  readonly request?: string | undefined;
}

/** With its expression, read. */
export interface OpenSchedule extends Schedule {
  readonly expression: ScheduleExpression;
}

export interface Group {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
}

export const scheduleArn = (region: string, group: string, name: string): string =>
  `arn:aws:scheduler:${region}:${ACCOUNT}:schedule/${group}/${name}`;

export const groupArn = (region: string, name: string): string =>
  `arn:aws:scheduler:${region}:${ACCOUNT}:schedule-group/${name}`;

const KINDS: readonly ExpressionKind[] = ["at", "cron", "rate"];

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

const checkTarget = (target: Target): void => {
  const { Arn, EventBridgeParameters, Input } = target;
  const service = checkDeliveryTarget(target);
  if ((service === "events") !== (EventBridgeParameters !== undefined)) {
    throw invalid(`EventBridgeParameters ${service === "events" ? "must" : "cannot"} be given for the target ${Arn}`);
  }
  if (service !== "lambda" && service !== "events") return;
  try {
    JSON.parse(Input ?? "{}");
  } catch {
    throw invalid(`Target.Input must be JSON for the target ${Arn}`);
  }
};

/** Throws ValidationException, or NotImplemented, for what a schema cannot see. */
export const checkSchedule = (input: ScheduleInput): void => {
  const { FlexibleTimeWindow: window, StartDate, EndDate } = input;
  readExpression(input.ScheduleExpression, KINDS, createZone(input.ScheduleExpressionTimezone));
  if ((window.Mode === "FLEXIBLE") !== (window.MaximumWindowInMinutes !== undefined)) {
    throw invalid("FlexibleTimeWindow.MaximumWindowInMinutes goes with the mode FLEXIBLE");
  }
  if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate) {
    throw invalid("EndDate must be after StartDate");
  }
  checkTarget(input.Target);
};

export interface SchedulerModel {
  /** By ARN. */
  readonly schedules: OpenTable<Schedule, OpenSchedule>;
  /** By ARN; the group `default` is there without being in here. */
  readonly groups: OpenTable<Group>;
  /** Throws ResourceNotFoundException. */
  readonly get: (region: string, group: string, name: string) => OpenSchedule;
  readonly findGroup: (region: string, name: string) => Group | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getGroup: (region: string, name: string) => Group;
  /** With its schedules. */
  readonly removeGroup: (arn: string) => void;
}

const notFound = (what: string): AwsError => new AwsError("ResourceNotFoundException", 404, `${what} does not exist.`);

export const createModel = ({ store }: Pick<Ground, "store">): SchedulerModel => {
  const zones = new Map<string, Zone>();
  const open = (schedule: Schedule): OpenSchedule => {
    const { ScheduleExpression: text, ScheduleExpressionTimezone: name } = schedule;
    const zone = zones.get(name) ?? createZone(name);
    zones.set(name, zone);
    return { ...schedule, expression: readExpression(text, KINDS, zone) };
  };
  const schedules = openTable(store.table<Schedule>("scheduler_schedules"), open);
  const groups = openTable(store.table<Group>("scheduler_groups"), (group) => group);
  const findGroup = (region: string, name: string): Group | undefined => {
    const arn = groupArn(region, name);
    return groups.get(arn) ?? (name === DEFAULT_GROUP ? { arn, name, createdAt: 0 } : undefined);
  };
  return {
    schedules,
    groups,
    get: (region, group, name) => {
      const schedule = schedules.get(scheduleArn(region, group, name));
      if (schedule === undefined) throw notFound(`Schedule ${name}`);
      return schedule;
    },
    findGroup,
    getGroup: (region, name) => {
      const group = findGroup(region, name);
      if (group === undefined) throw notFound(`Schedule group ${name}`);
      return group;
    },
    removeGroup: (arn) =>
      store.transaction(() => {
        const prefix = `${arn.replace(":schedule-group/", ":schedule/")}/`;
        for (const { arn: each } of schedules.list()) if (each.startsWith(prefix)) schedules.remove(each);
        groups.remove(arn);
      }),
  };
};
