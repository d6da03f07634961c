// AWS::Scheduler::Schedule and AWS::Scheduler::ScheduleGroup.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { deleteSchedule, putSchedule, type SchedulerParts } from "./actions.ts";
import { checkSchedule, type Group, groupArn, nameSchema, scheduleArn, scheduleEntries } from "./model.ts";

const scheduleSchema = v.object({ ...scheduleEntries, Name: v.optional(nameSchema) });

const readSchedule = (from: Properties) => readProperties("AWS::Scheduler::Schedule", scheduleSchema, from);

export const scheduleType = (parts: SchedulerParts): ResourceType => {
  const put = (from: Properties, Name: string, region: string, mode: "create" | "update"): Created => {
    const { arn } = putSchedule(parts, region, { input: { ...readSchedule(from), Name }, mode });
    return { physicalId: Name, attributes: { Arn: arn } };
  };
  return {
    properties: {
      GroupName: "replace",
      Name: "replace",
      ScheduleExpression: "update",
      ScheduleExpressionTimezone: "update",
      FlexibleTimeWindow: "update",
      Target: "update",
      State: "update",
      Description: "update",
      StartDate: "update",
      EndDate: "update",
      KmsKeyArn: "inert",
    },
    nameProperty: "Name",
    check: (from) => {
      const { Name = "x", ...input } = readSchedule(from);
      checkSchedule({ ...input, Name });
    },
    create: async (from, { region, generateName }) =>
      put(from, readSchedule(from).Name ?? generateName(64), region, "create"),
    update: async (name, from, _previous, { region }) => put(from, name, region, "update"),
    remove: async (name, from, { region }) =>
      deleteSchedule(parts, scheduleArn(region, readSchedule(from).GroupName, name)),
  };
};

const groupSchema = v.object({ Name: v.optional(nameSchema) });

const readGroup = (from: Properties) => readProperties("AWS::Scheduler::ScheduleGroup", groupSchema, from);

const groupCreated = ({ arn, name, createdAt }: Group): Created => {
  const date = new Date(createdAt).toISOString();
  const attributes = { Arn: arn, State: "ACTIVE", CreationDate: date, LastModificationDate: date };
  return { physicalId: name, attributes };
};

export const groupType = ({ model, ground }: SchedulerParts): ResourceType => ({
  properties: { Name: "replace", Tags: "inert" },
  nameProperty: "Name",
  check: (from) => void readGroup(from),
  create: async (from, { region, generateName }) => {
    const name = readGroup(from).Name ?? generateName(64);
    const arn = groupArn(region, name);
    if (model.findGroup(region, name) !== undefined) {
      throw new AwsError("ConflictException", 409, `Schedule group ${name} already exists.`);
    }
    return groupCreated(model.groups.put(arn, { arn, name, createdAt: ground.clock.now() }));
  },
  remove: async (name, _from, { region }) => model.removeGroup(groupArn(region, name)),
});
