// AWS::Scheduler::Schedule and AWS::Scheduler::ScheduleGroup.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { createGroup, deleteSchedule, putSchedule, type SchedulerParts } from "./actions.ts";
import { checkSchedule, groupArn, nameSchema, scheduleArn, scheduleEntries, type ScheduleInput } from "./model.ts";

const inputOf = (from: Properties, name: string): ScheduleInput => {
  const { KmsKeyArn: _inert, ...rest } = from;
  return readProperties("AWS::Scheduler::Schedule", v.object({ Name: nameSchema, ...scheduleEntries }), {
    ...rest,
    Name: name,
  });
};

const nameOf = (from: Properties): string | undefined => (typeof from["Name"] === "string" ? from["Name"] : undefined);

export const scheduleType = (parts: SchedulerParts): ResourceType => {
  const put = (from: Properties, name: string, region: string, mode: "create" | "update"): Created => {
    const { arn } = putSchedule(parts, region, inputOf(from, name), mode);
    return { physicalId: name, attributes: { Arn: arn } };
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
    check: (from) => checkSchedule(inputOf(from, nameOf(from) ?? "x")),
    create: async (from, { region, generateName }) => put(from, nameOf(from) ?? generateName(64), region, "create"),
    update: async (name, from, _previous, { region }) => put(from, name, region, "update"),
    remove: async (name, from, { region }) =>
      deleteSchedule(parts, scheduleArn(region, inputOf(from, name).GroupName, name)),
  };
};

const groupSchema = v.object({
  Name: v.optional(nameSchema),
  Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.pipe(v.unknown(), v.transform(String)) })), []),
});

const tagsOf = (from: Properties) =>
  Object.fromEntries(
    readProperties("AWS::Scheduler::ScheduleGroup", groupSchema, from).Tags.map(({ Key, Value }) => [Key, Value]),
  );

export const groupType = (parts: SchedulerParts): ResourceType => {
  const { model } = parts;
  const created = (region: string, name: string): Created => {
    const { arn, createdAt } = model.getGroup(region, name);
    const date = new Date(createdAt).toISOString();
    return {
      physicalId: name,
      attributes: { Arn: arn, State: "ACTIVE", CreationDate: date, LastModificationDate: date },
    };
  };
  return {
    properties: { Name: "replace", Tags: "update" },
    nameProperty: "Name",
    check: (from) => {
      readProperties("AWS::Scheduler::ScheduleGroup", groupSchema, from);
    },
    create: async (from, { region, generateName }) => {
      const name = readProperties("AWS::Scheduler::ScheduleGroup", groupSchema, from).Name ?? generateName(64);
      createGroup(parts, region, { name, tags: tagsOf(from) });
      return created(region, name);
    },
    update: async (name, from, _previous, { region }) => {
      model.putGroup({ ...model.getGroup(region, name), tags: tagsOf(from) });
      return created(region, name);
    },
    remove: async (name, _from, { region }) => model.removeGroup(groupArn(region, name)),
  };
};
