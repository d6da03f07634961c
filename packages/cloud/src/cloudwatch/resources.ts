// The CloudFormation type AWS::CloudWatch::Alarm.
import * as v from "valibot";
import { inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { dropAlarm, putAlarm } from "./alarm-actions.ts";
import { type Alarm, alarmArn } from "./alarm.ts";
import type { CloudWatch } from "./parts.ts";
import { alarmEntries, alarmProblem } from "./schemas.ts";

const TYPE = "AWS::CloudWatch::Alarm";
const MAX_NAME = 255;
const schema = v.strictObject({ AlarmName: v.optional(v.string()), ...alarmEntries, Tags: inert });

const read = (properties: Properties) => {
  const { AlarmName: name, Tags: _inert, ...settings } = readProperties(TYPE, schema, properties);
  const problem = alarmProblem(settings);
  if (problem !== undefined) throw new AwsError("ValidationError", 400, `${TYPE}: ${problem}`);
  return { name, settings };
};

const created = (alarm: Alarm): Created => ({ physicalId: alarm.name, attributes: { Arn: alarmArn(alarm) } });

export const alarmType = (cloudWatch: CloudWatch): ResourceType => ({
  properties: {
    AlarmName: "replace",
    ...Object.fromEntries(Object.keys(alarmEntries).map((name) => [name, "update" as const])),
    Tags: "inert",
  },
  nameProperty: "AlarmName",
  check: (properties) => void read(properties),
  create: async (properties, { region, generateName }) => {
    const { name = generateName(MAX_NAME), settings } = read(properties);
    if (cloudWatch.alarms.get(name) !== undefined)
      throw new AwsError("AlreadyExists", 400, `Resource of type '${TYPE}' with identifier '${name}' already exists.`);
    return created(putAlarm(cloudWatch, { name, region }, settings));
  },
  update: async (name, properties, _previous, { region }) =>
    created(putAlarm(cloudWatch, { name, region }, read(properties).settings)),
  remove: async (name) => dropAlarm(cloudWatch, name),
});
