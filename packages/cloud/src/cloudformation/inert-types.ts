// Types that are stored and shown, without effect in this cloud yet. Each deploy prints their properties as inert.
import { ACCOUNT } from "../gateway/service.ts";
import type { PropertyRule, ResourceType } from "./resource-type.ts";

const inert = (...names: readonly string[]): Readonly<Record<string, PropertyRule>> =>
  Object.fromEntries(names.map((name) => [name, "inert"]));

const MAX_ALARM_NAME = 255;

const alarm: ResourceType = {
  properties: {
    AlarmName: "replace",
    ...inert(
      "ActionsEnabled",
      "AlarmActions",
      "AlarmDescription",
      "ComparisonOperator",
      "DatapointsToAlarm",
      "Dimensions",
      "EvaluationPeriods",
      "ExtendedStatistic",
      "InsufficientDataActions",
      "MetricName",
      "Metrics",
      "Namespace",
      "OKActions",
      "Period",
      "Statistic",
      "Tags",
      "Threshold",
      "TreatMissingData",
      "Unit",
    ),
  },
  nameProperty: "AlarmName",
  create: async (properties, context) => {
    const custom = properties["AlarmName"];
    const physicalId = typeof custom === "string" ? custom : context.generateName(MAX_ALARM_NAME);
    return { physicalId, attributes: { Arn: `arn:aws:cloudwatch:${context.region}:${ACCOUNT}:alarm:${physicalId}` } };
  },
  update: async (physicalId, _properties, _previous, context) => ({
    physicalId,
    attributes: { Arn: `arn:aws:cloudwatch:${context.region}:${ACCOUNT}:alarm:${physicalId}` },
  }),
  remove: async () => {
    // Nothing but CloudFormation's own record of it exists.
  },
};

export const inertTypes: Readonly<Record<string, ResourceType>> = { "AWS::CloudWatch::Alarm": alarm };
