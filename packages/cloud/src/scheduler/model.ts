// A schedule, what it may say, and those that exist.
import * as v from "valibot";
import { type ExpressionKind, readExpression, type ScheduleExpression } from "../cron/schedule-expression.ts";
import { createZone, type Zone } from "../cron/zone.ts";
import { within } from "../cloudformation/property-schema.ts";
import { deliveryEntries } from "../deliveries/target-deliveries.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { DEFAULT_GROUP, MAX_INPUT, MAX_WINDOW_MINUTES } from "./limits.ts";

export const nameSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-zA-Z-_.]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9 and - _ ."),
);

const targetSchema = v.strictObject({
  ...deliveryEntries,
  RoleArn: v.pipe(v.string(), v.regex(/^arn:aws:iam::\d{12}:role\/.+$/, "must be the ARN of a role")),
  Input: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_INPUT))),
  SqsParameters: v.optional(v.strictObject({ MessageGroupId: v.optional(v.string()) })),
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
}

export interface Group {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export const scheduleArn = (region: string, group: string, name: string): string =>
  `arn:aws:scheduler:${region}:${ACCOUNT}:schedule/${group}/${name}`;

export const groupArn = (region: string, name: string): string =>
  `arn:aws:scheduler:${region}:${ACCOUNT}:schedule-group/${name}`;

const KINDS: readonly ExpressionKind[] = ["at", "cron", "rate"];

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

const checkTarget = ({ Arn, SqsParameters, EventBridgeParameters, Input }: Target): void => {
  if (Arn.startsWith("arn:aws:scheduler:::aws-sdk:")) throw unsupported(`The universal target ${Arn}`);
  const service = Arn.startsWith("arn:aws:") ? (Arn.split(":")[2] ?? "") : "";
  if (!["lambda", "sqs", "sns", "events"].includes(service)) {
    throw unsupported(`The target ${Arn} (functions, queues, topics and event buses are)`);
  }
  const fifo = service === "sqs" && Arn.endsWith(".fifo");
  if (fifo !== (SqsParameters?.MessageGroupId !== undefined)) {
    throw invalid(`SqsParameters.MessageGroupId ${fifo ? "must" : "cannot"} be given for the target ${Arn}`);
  }
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
  readonly find: (arn: string) => Schedule | undefined;
  /** Throws ResourceNotFoundException. */
  readonly get: (region: string, group: string, name: string) => Schedule;
  readonly list: () => readonly Schedule[];
  readonly put: (schedule: Schedule) => void;
  readonly remove: (arn: string) => void;
  readonly findGroup: (region: string, name: string) => Group | undefined;
  readonly getGroup: (region: string, name: string) => Group;
  readonly groups: (region: string) => readonly Group[];
  readonly putGroup: (group: Group) => void;
  /** With its schedules. */
  readonly removeGroup: (arn: string) => void;
  readonly expressionOf: (schedule: Schedule) => ScheduleExpression;
  readonly onChange: (listener: (arn: string) => void) => void;
}

const notFound = (what: string): AwsError => new AwsError("ResourceNotFoundException", 404, `${what} does not exist.`);

export const createModel = ({ store }: Pick<Ground, "store">): SchedulerModel => {
  const scheduleTable = store.table<Schedule>("scheduler_schedules");
  const groupTable = store.table<Group>("scheduler_groups");
  const schedules = new Map(scheduleTable.list());
  const groups = new Map(groupTable.list());
  const zones = new Map<string, Zone>();
  const expressions = new WeakMap<Schedule, ScheduleExpression>();
  const listeners: ((arn: string) => void)[] = [];
  const changed = (arn: string): void => {
    for (const listener of listeners) listener(arn);
  };
  const findGroup = (region: string, name: string): Group | undefined => {
    const arn = groupArn(region, name);
    return groups.get(arn) ?? (name === DEFAULT_GROUP ? { arn, name, tags: {}, createdAt: 0 } : undefined);
  };
  const remove = (arn: string): void => {
    scheduleTable.remove(arn);
    schedules.delete(arn);
    changed(arn);
  };
  return {
    find: (arn) => schedules.get(arn),
    get: (region, group, name) => {
      const schedule = schedules.get(scheduleArn(region, group, name));
      if (schedule === undefined) throw notFound(`Schedule ${name}`);
      return schedule;
    },
    list: () => [...schedules.values()],
    put: (schedule) => {
      scheduleTable.put(schedule.arn, schedule);
      schedules.set(schedule.arn, schedule);
      changed(schedule.arn);
    },
    remove,
    findGroup,
    getGroup: (region, name) => {
      const group = findGroup(region, name);
      if (group === undefined) throw notFound(`Schedule group ${name}`);
      return group;
    },
    groups: (region) => {
      const implied = findGroup(region, DEFAULT_GROUP);
      return [...(implied ? [implied] : []), ...[...groups.values()].filter(({ arn }) => arn.split(":")[3] === region)];
    },
    putGroup: (group) => {
      groupTable.put(group.arn, group);
      groups.set(group.arn, group);
    },
    removeGroup: (arn) =>
      store.transaction(() => {
        const prefix = `${arn.replace(":schedule-group/", ":schedule/")}/`;
        for (const each of schedules.keys()) if (each.startsWith(prefix)) remove(each);
        groupTable.remove(arn);
        groups.delete(arn);
      }),
    expressionOf: (schedule) => {
      const { ScheduleExpression: text, ScheduleExpressionTimezone: name } = schedule;
      const zone = zones.get(name) ?? createZone(name);
      zones.set(name, zone);
      const expression = expressions.get(schedule) ?? readExpression(text, KINDS, zone);
      expressions.set(schedule, expression);
      return expression;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};
