// The CloudFormation type AWS::SSM::Parameter.
import * as v from "valibot";
import { inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { settingEntries } from "./actions.ts";
import { LIMITS } from "./limits.ts";
import type { Parameter, Parameters } from "./parameters.ts";

const TYPE = "AWS::SSM::Parameter";

const schema = v.strictObject({
  Name: v.optional(v.string()),
  Type: v.picklist(["String", "StringList"], "SecureString cannot be made by a template, as on AWS"),
  ...settingEntries,
  Tags: inert,
});

const read = (properties: Properties) => {
  const { Name: name, Type: type, Value: value, Description: description } = readProperties(TYPE, schema, properties);
  return { name, settings: { type, value, description } };
};

const created = ({ name, type, value }: Parameter): Created => ({
  physicalId: name,
  attributes: { Type: type, Value: value },
});

export const parameterType = (parameters: Parameters): ResourceType => ({
  properties: {
    Name: "replace",
    Type: "update",
    Value: "update",
    Description: "update",
    Tier: "update",
    DataType: "update",
    Tags: "inert",
  },
  nameProperty: "Name",
  check: (properties) => void read(properties),
  create: async (properties, { generateName }) => {
    const { name = generateName(LIMITS.nameLength), settings } = read(properties);
    if (parameters.find(name) !== undefined)
      throw new AwsError("AlreadyExists", 400, `Resource of type '${TYPE}' with identifier '${name}' already exists.`);
    return created(parameters.put({ name, ...settings }));
  },
  update: async (name, properties) => created(parameters.put({ name, ...read(properties).settings })),
  remove: async (name) => parameters.remove(name),
});
