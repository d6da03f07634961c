// The CloudFormation types of CloudWatch Logs.
import type { Created, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import type { Group, LogsModel } from "./model.ts";
import { parameters, read } from "./parameters.ts";
import type { Subscriptions } from "./subscriptions.ts";

const settings = (properties: unknown): Pick<Group, "retentionDays" | "tags"> => {
  const { RetentionInDays, Tags } = read(parameters.groupProperties, properties);
  return {
    ...(RetentionInDays !== undefined && { retentionDays: RetentionInDays }),
    ...(Tags && { tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }),
  };
};

const groupType = ({ clock }: Pick<Ground, "clock">, model: LogsModel, subscriptions: Subscriptions): ResourceType => {
  const created = (name: string): Created => ({ physicalId: name, attributes: { Arn: `${model.groupArn(name)}:*` } });
  return {
    properties: {
      LogGroupName: "replace",
      RetentionInDays: "update",
      KmsKeyId: "inert",
      LogGroupClass: "inert",
      Tags: "update",
    },
    nameProperty: "LogGroupName",
    check: (properties) => {
      read(parameters.groupProperties, properties);
    },
    create: async (properties, context) => {
      const name = read(parameters.groupProperties, properties).LogGroupName ?? context.generateName(512);
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
  const put = (name: string, properties: unknown): Created => {
    const { LogGroupName, FilterPattern, DestinationArn } = read(parameters.filterProperties, properties);
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
    check: (properties) => {
      read(parameters.filterProperties, properties);
    },
    create: async (properties, context) => {
      const { FilterName } = read(parameters.filterProperties, properties);
      return put(FilterName ?? context.generateName(512), properties);
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
