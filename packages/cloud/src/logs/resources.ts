// The CloudFormation types of CloudWatch Logs.
import * as v from "valibot";
import { amount, inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import type { Group, LogsModel } from "./model.ts";
import { filterPattern, groupName, retentionDays, streamName } from "./parameters.ts";
import type { Subscriptions } from "./subscriptions.ts";

const readGroup = (properties: Properties) =>
  readProperties(
    "AWS::Logs::LogGroup",
    v.strictObject({
      LogGroupName: v.optional(groupName),
      RetentionInDays: v.optional(v.pipe(amount, retentionDays)),
      LogGroupClass: v.optional(v.literal("STANDARD", "only STANDARD is supported")),
      KmsKeyId: inert,
      Tags: inert,
    }),
    properties,
  );

const readFilter = (properties: Properties) =>
  readProperties(
    "AWS::Logs::SubscriptionFilter",
    v.strictObject({
      LogGroupName: groupName,
      FilterName: v.optional(streamName),
      FilterPattern: filterPattern,
      DestinationArn: v.string(),
      Distribution: inert,
    }),
    properties,
  );

const settings = (properties: Properties): Pick<Group, "retentionDays"> => {
  const { RetentionInDays: days } = readGroup(properties);
  return days === undefined ? {} : { retentionDays: days };
};

const groupType = ({ clock }: Pick<Ground, "clock">, model: LogsModel, subscriptions: Subscriptions): ResourceType => {
  const created = (name: string): Created => ({ physicalId: name, attributes: { Arn: `${model.groupArn(name)}:*` } });
  return {
    properties: {
      LogGroupName: "replace",
      RetentionInDays: "update",
      KmsKeyId: "inert",
      LogGroupClass: "inert",
      Tags: "inert",
    },
    nameProperty: "LogGroupName",
    check: (properties) => void readGroup(properties),
    create: async (properties, context) => {
      const name = readGroup(properties).LogGroupName ?? context.generateName(512);
      if (model.findGroup(name)) {
        const message = `Resource of type 'AWS::Logs::LogGroup' with identifier '${name}' already exists.`;
        throw new AwsError("AlreadyExistsException", 400, message);
      }
      model.putGroup({ name, createdAt: clock.now(), ...settings(properties) });
      return created(name);
    },
    update: async (name, properties) => {
      model.putGroup({ name, createdAt: model.getGroup(name).createdAt, ...settings(properties) });
      return created(name);
    },
    remove: async (name) => {
      subscriptions.removeAll(name);
      model.removeGroup(name);
    },
  };
};

const filterType = (subscriptions: Subscriptions): ResourceType => {
  const put = (name: string, properties: Properties): Created => {
    const { LogGroupName, FilterPattern, DestinationArn } = readFilter(properties);
    subscriptions.put({ group: LogGroupName, name, pattern: FilterPattern, destinationArn: DestinationArn });
    return { physicalId: name, attributes: {} };
  };
  return {
    properties: {
      LogGroupName: "replace",
      FilterName: "replace",
      FilterPattern: "update",
      DestinationArn: "update",
      Distribution: "inert",
    },
    nameProperty: "FilterName",
    check: (properties) => void readFilter(properties),
    create: async (properties, context) => {
      return put(readFilter(properties).FilterName ?? context.generateName(512), properties);
    },
    update: async (physicalId, properties) => put(physicalId, properties),
    remove: async (physicalId, properties) => {
      const group = String(properties["LogGroupName"]);
      if (subscriptions.list(group).some(({ name }) => name === physicalId)) subscriptions.remove(group, physicalId);
    },
  };
};

export const logsTypes = (
  ground: Pick<Ground, "clock">,
  model: LogsModel,
  subscriptions: Subscriptions,
): Readonly<Record<string, ResourceType>> => ({
  "AWS::Logs::LogGroup": groupType(ground, model, subscriptions),
  "AWS::Logs::SubscriptionFilter": filterType(subscriptions),
});
