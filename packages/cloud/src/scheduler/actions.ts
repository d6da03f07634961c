// The actions on schedules and on groups of them.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { RestRoute } from "../protocols/rest-json.ts";
import type { SchedulerEngine } from "./engine.ts";
import { DEFAULT_GROUP, MAX_LISTED } from "./limits.ts";
import {
  checkSchedule,
  type Group,
  groupArn,
  nameSchema,
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
  { method: "POST", path: "/schedule-groups/{Name}", action: "CreateScheduleGroup" },
  { method: "GET", path: "/schedule-groups/{Name}", action: "GetScheduleGroup" },
  { method: "DELETE", path: "/schedule-groups/{Name}", action: "DeleteScheduleGroup" },
  { method: "GET", path: "/schedule-groups", action: "ListScheduleGroups" },
];

export interface SchedulerParts {
  readonly ground: Pick<Ground, "clock">;
  readonly model: SchedulerModel;
  readonly engine: SchedulerEngine;
}

const conflict = (what: string): AwsError => new AwsError("ConflictException", 409, `${what} already exists.`);

/** Makes a schedule, or changes one wholly, after all checks. */
export const putSchedule = (
  parts: SchedulerParts,
  region: string,
  input: ScheduleInput,
  mode: "create" | "update",
): Schedule => {
  const { model, engine, ground } = parts;
  checkSchedule(input);
  model.getGroup(region, input.GroupName);
  engine.checkRole(input.Target.RoleArn);
  const arn = scheduleArn(region, input.GroupName, input.Name);
  const existing = mode === "update" ? model.get(region, input.GroupName, input.Name) : undefined;
  if (mode === "create" && model.find(arn) !== undefined) throw conflict(`Schedule ${input.Name}`);
  const now = ground.clock.now();
  const schedule = { ...input, arn, createdAt: existing?.createdAt ?? now, changedAt: now };
  model.put(schedule);
  return schedule;
};

export const deleteSchedule = ({ model, engine }: SchedulerParts, arn: string): void => {
  engine.forget(arn);
  model.remove(arn);
};

export const createGroup = (
  { model, ground }: SchedulerParts,
  region: string,
  given: Pick<Group, "name" | "tags">,
): Group => {
  if (model.findGroup(region, given.name) !== undefined) throw conflict(`Schedule group ${given.name}`);
  const group = { ...given, arn: groupArn(region, given.name), createdAt: ground.clock.now() };
  model.putGroup(group);
  return group;
};

const shownDate = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

const shown = ({ arn, createdAt, changedAt, ...input }: Schedule): object => ({
  ...input,
  Arn: arn,
  StartDate: shownDate(input.StartDate),
  EndDate: shownDate(input.EndDate),
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

const shownGroup = ({ arn, name, createdAt }: Group): object => ({
  Arn: arn,
  Name: name,
  State: "ACTIVE",
  ...(createdAt > 0 && { CreationDate: createdAt / 1000, LastModificationDate: createdAt / 1000 }),
});

const listing = {
  NamePrefix: v.optional(v.string(), ""),
  MaxResults: v.optional(
    v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(MAX_LISTED)),
    String(MAX_LISTED),
  ),
  /** The ARN after which the page begins. */
  NextToken: v.optional(v.string(), ""),
};

const page = <T extends { readonly arn: string }>(
  all: readonly T[],
  { NextToken, MaxResults }: { NextToken: string; MaxResults: number },
) => {
  const after = all.filter(({ arn }) => arn > NextToken).toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  const items = after.slice(0, MaxResults);
  return { items, next: after.length > items.length ? items.at(-1)?.arn : undefined };
};

export const schedulerActions = (parts: SchedulerParts): Readonly<Record<string, Action>> => {
  const { model } = parts;
  const action = honouring("ValidationException");
  const clientToken = v.optional(v.string()); // a repeated creation is a conflict all the same (u)
  const written = { Name: nameSchema, ...scheduleEntries, ClientToken: clientToken };
  const named = { Name: nameSchema, groupName: v.optional(v.string(), DEFAULT_GROUP) };
  return {
    CreateSchedule: action(written, ({ ClientToken: _token, ...input }, { region }) => ({
      ScheduleArn: putSchedule(parts, region, input, "create").arn,
    })),
    UpdateSchedule: action(written, ({ ClientToken: _token, ...input }, { region }) => ({
      ScheduleArn: putSchedule(parts, region, input, "update").arn,
    })),
    GetSchedule: action(named, ({ Name, groupName }, { region }) => shown(model.get(region, groupName, Name))),
    DeleteSchedule: action({ ...named, clientToken }, ({ Name, groupName }, { region }) =>
      deleteSchedule(parts, model.get(region, groupName, Name).arn),
    ),
    ListSchedules: action(
      { ...listing, ScheduleGroup: v.optional(v.string()), State: v.optional(v.picklist(["ENABLED", "DISABLED"])) },
      ({ NamePrefix, ScheduleGroup, State, ...paging }, { region }) => {
        const wanted = model
          .list()
          .filter(({ arn }) => arn.split(":")[3] === region)
          .filter(({ Name, GroupName }) => Name.startsWith(NamePrefix) && (ScheduleGroup ?? GroupName) === GroupName)
          .filter((each) => State === undefined || each.State === State);
        const { items, next } = page(wanted, paging);
        return { Schedules: items.map(summary), NextToken: next };
      },
    ),
    CreateScheduleGroup: action(
      {
        Name: nameSchema,
        ClientToken: clientToken,
        Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() })), []),
      },
      ({ Name: name, Tags }, { region }) => {
        const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
        return { ScheduleGroupArn: createGroup(parts, region, { name, tags }).arn };
      },
    ),
    GetScheduleGroup: action({ Name: nameSchema }, ({ Name }, { region }) => shownGroup(model.getGroup(region, Name))),
    DeleteScheduleGroup: action({ Name: nameSchema, clientToken }, ({ Name }, { region }) => {
      if (Name === DEFAULT_GROUP)
        throw new AwsError("ValidationException", 400, "The default schedule group cannot be deleted");
      model.removeGroup(model.getGroup(region, Name).arn);
    }),
    ListScheduleGroups: action(listing, ({ NamePrefix, ...paging }, { region }) => {
      const { items, next } = page(
        model.groups(region).filter(({ name }) => name.startsWith(NamePrefix)),
        paging,
      );
      return { ScheduleGroups: items.map(shownGroup), NextToken: next };
    }),
  };
};
