// The actions on schedules. Groups come from templates.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { RestRoute } from "../protocols/rest-json.ts";
import type { SchedulerEngine } from "./engine.ts";
import { DEFAULT_GROUP, MAX_LISTED } from "./limits.ts";
import {
  checkSchedule,
  nameSchema,
  type OpenSchedule,
  type Schedule,
  scheduleArn,
  scheduleEntries,
  type ScheduleInput,
  type SchedulerModel,
} from "./model.ts";

export const ROUTES: readonly RestRoute[] = [
  { method: "POST", path: "/schedules/{Name}", action: "CreateSchedule" },
  { method: "GET", path: "/schedules/{Name}", action: "GetSchedule" },
  { method: "PUT", path: "/schedules/{Name}", action: "UpdateSchedule" },
  { method: "DELETE", path: "/schedules/{Name}", action: "DeleteSchedule" },
  { method: "GET", path: "/schedules", action: "ListSchedules" },
];

export interface SchedulerParts {
  readonly ground: Pick<Ground, "clock">;
  readonly model: SchedulerModel;
  readonly engine: SchedulerEngine;
}

export interface NewSchedule {
  readonly input: ScheduleInput;
  readonly mode: "create" | "update";
  /** Of the client, for a request that may come twice. */
  readonly token?: string | undefined;
}

/** Makes a schedule, or changes one wholly, after all checks. */
export const putSchedule = (
  { model, engine, ground }: SchedulerParts,
  region: string,
  { input, mode, token }: NewSchedule,
): Schedule => {
  checkSchedule(input);
  engine.checkRole(input.Target.RoleArn, model.getGroup(region, input.GroupName).arn);
  const arn = scheduleArn(region, input.GroupName, input.Name);
  const existing = mode === "update" ? model.get(region, input.GroupName, input.Name) : model.schedules.get(arn);
  const request =
    token &&
    createHash("sha256")
      .update(JSON.stringify([mode, token, input]))
      .digest("hex");
  if (existing !== undefined && request !== undefined && existing.request === request) return existing;
  if (mode === "create" && existing !== undefined) {
    throw new AwsError("ConflictException", 409, `Schedule ${input.Name} already exists.`);
  }
  const now = ground.clock.now();
  return model.schedules.put(arn, { ...input, arn, createdAt: existing?.createdAt ?? now, changedAt: now, request });
};

export const deleteSchedule = ({ model, engine }: SchedulerParts, arn: string): void => {
  engine.forget(arn);
  model.schedules.remove(arn);
};

/** Dates go out as seconds. */
const shown = ({
  arn,
  createdAt,
  changedAt,
  expression: _read,
  request: _request,
  ...input
}: OpenSchedule): object => ({
  ...input,
  Arn: arn,
  ...(input.StartDate !== undefined && { StartDate: input.StartDate / 1000 }),
  ...(input.EndDate !== undefined && { EndDate: input.EndDate / 1000 }),
  CreationDate: createdAt / 1000,
  LastModificationDate: changedAt / 1000,
});

const summary = ({ arn, Name, GroupName, State, Target, createdAt, changedAt }: Schedule): object => ({
  Arn: arn,
  Name,
  GroupName,
  State,
  Target: { Arn: Target.Arn },
  CreationDate: createdAt / 1000,
  LastModificationDate: changedAt / 1000,
});

const listing = {
  NamePrefix: v.optional(v.string(), ""),
  ScheduleGroup: v.optional(v.string()),
  MaxResults: v.optional(
    v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(MAX_LISTED)),
    String(MAX_LISTED),
  ),
  NextToken: v.optional(v.string()),
};

export const schedulerActions = (parts: SchedulerParts): Readonly<Record<string, Action>> => {
  const { model } = parts;
  const action = honouring("ValidationException");
  const clientToken = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));
  const put = (mode: "create" | "update"): Action =>
    action({ Name: nameSchema, ...scheduleEntries, ClientToken: clientToken }, (given, { region }) => {
      const { ClientToken: token, ...input } = given;
      return { ScheduleArn: putSchedule(parts, region, { input, mode, token }).arn };
    });
  const named = { Name: nameSchema, groupName: v.optional(v.string(), DEFAULT_GROUP) };
  return {
    CreateSchedule: put("create"),
    UpdateSchedule: put("update"),
    GetSchedule: action(named, ({ Name, groupName }, { region }) => shown(model.get(region, groupName, Name))),
    // What is gone is not found, whatever the token (u).
    DeleteSchedule: action({ ...named, clientToken }, ({ Name, groupName }, { region }) =>
      deleteSchedule(parts, model.get(region, groupName, Name).arn),
    ),
    ListSchedules: action(listing, ({ NamePrefix, ScheduleGroup, MaxResults, NextToken }, { region }) => {
      const entries = model.schedules
        .list()
        .filter(({ arn }) => arn.split(":")[3] === region)
        .filter(({ Name, GroupName }) => Name.startsWith(NamePrefix) && (ScheduleGroup ?? GroupName) === GroupName)
        .map((schedule) => [schedule.arn, schedule] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { items, next } = pageOf(entries, { limit: MaxResults, token: NextToken });
      return { Schedules: items.map(summary), NextToken: next };
    }),
  };
};
