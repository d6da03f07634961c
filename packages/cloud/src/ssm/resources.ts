// The CloudFormation type AWS::SSM::Parameter.
import * as v from "valibot";
import { inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Current, Parameters } from "./parameters.ts";

const TYPE = "AWS::SSM::Parameter";
const MAX_NAME = 1_011;

const schema = v.strictObject({
  Name: v.optional(v.string()),
  Type: v.picklist(["String", "StringList"], "SecureString cannot be made by a template, as on AWS"),
  Value: v.pipe(v.string(), v.minLength(1)),
  Description: v.optional(v.string()),
  AllowedPattern: v.optional(v.string()),
  Tier: v.optional(v.picklist(["Standard", "Advanced", "Intelligent-Tiering"])),
  DataType: v.optional(v.literal("text", "only text is supported")),
  Tags: inert,
});

const read = (properties: Properties) => {
  const given = readProperties(TYPE, schema, properties);
  const { Type: type, Value: value, Description: description, AllowedPattern: allowedPattern, Tier: tier } = given;
  return { name: given.Name, settings: { type, value, description, allowedPattern, tier } };
};

const created = ({ name, type, value }: Current): Created => ({
  physicalId: name,
  attributes: { Type: type, Value: value },
});

export const parameterType = (parameters: Parameters): ResourceType => ({
  properties: {
    Name: "replace",
    Type: "update",
    Value: "update",
    Description: "update",
    AllowedPattern: "update",
    Tier: "update",
    DataType: "update",
    Tags: "inert",
  },
  nameProperty: "Name",
  check: (properties) => void read(properties),
  create: async (properties, { generateName }) => {
    const { name = generateName(MAX_NAME), settings } = read(properties);
    if (parameters.find(name) !== undefined)
      throw new AwsError("AlreadyExists", 400, `Resource of type '${TYPE}' with identifier '${name}' already exists.`);
    return created(parameters.put({ name, ...settings }));
  },
  update: async (name, properties) => created(parameters.put({ name, ...read(properties).settings })),
  remove: async (name) => void parameters.remove(name),
});
