// A template as this cloud reads it: JSON, the classic language without transforms and macros.
import { AwsError } from "../gateway/aws-error.ts";

export type Json = Readonly<Record<string, unknown>>;
export type Policy = "Delete" | "Retain" | "RetainExceptOnCreate";

export interface ResourceDeclaration {
  readonly type: string;
  readonly properties: Json;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy: Policy;
  readonly updateReplacePolicy: Policy;
}

export interface OutputDeclaration {
  readonly value: unknown;
  readonly description?: string;
  readonly condition?: string;
  readonly exportName?: unknown;
}

export interface Template {
  readonly description?: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  readonly conditions: Json;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly outputs: Readonly<Record<string, OutputDeclaration>>;
}

export const invalid = (message: string): AwsError => new AwsError("ValidationError", 400, message);
const malformed = (message: string): AwsError => invalid(`Template format error: ${message}`);

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const SECTIONS = new Set([
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Mappings",
  "Conditions",
  "Resources",
  "Outputs",
]);
const ATTRIBUTES = new Set([
  "Type",
  "Properties",
  "DependsOn",
  "Condition",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
]);

/** AWS's limits on a template (bytes over S3, resources, outputs, parameters). */
const MAX_BYTES = 1_048_576;
const MAX_RESOURCES = 500;

const section = (template: Json, name: string): Json => {
  const value = template[name] ?? {};
  if (!isRecord(value)) throw malformed(`${name} must be an object.`);
  return value;
};

const records = (template: Json, name: string): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(section(template, name)).map(([key, value]) => {
      if (!/^[A-Za-z0-9]+$/.test(key)) throw malformed(`${name} name '${key}' is non alphanumeric.`);
      if (!isRecord(value)) throw malformed(`${name} member ${key} must be an object.`);
      return [key, value];
    }),
  );

const policyOf = (logicalId: string, resource: Json, name: string): Policy => {
  const value = resource[name] ?? "Delete";
  if (value === "Delete" || value === "Retain" || (value === "RetainExceptOnCreate" && name === "DeletionPolicy"))
    return value;
  throw malformed(`Resource ${logicalId}: ${name} ${JSON.stringify(value)} is not supported here: Delete or Retain.`);
};

const dependsOn = (logicalId: string, value: unknown): readonly string[] => {
  const names: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return names.map((name) => {
    if (typeof name !== "string") throw malformed(`DependsOn of ${logicalId} must be a string or a list of strings.`);
    return name;
  });
};

const resourceOf = (logicalId: string, resource: Json): ResourceDeclaration => {
  for (const attribute of Object.keys(resource))
    if (!ATTRIBUTES.has(attribute))
      throw malformed(`Resource ${logicalId} has the attribute ${attribute}, which is not supported here.`);
  const { Type, Properties = {}, Condition } = resource;
  if (typeof Type !== "string")
    throw malformed(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  if (!isRecord(Properties)) throw malformed(`[/Resources/${logicalId}/Properties] must be an object.`);
  return {
    type: Type,
    properties: Properties,
    dependsOn: dependsOn(logicalId, resource["DependsOn"]),
    ...(typeof Condition === "string" && { condition: Condition }),
    deletionPolicy: policyOf(logicalId, resource, "DeletionPolicy"),
    updateReplacePolicy: policyOf(logicalId, resource, "UpdateReplacePolicy"),
  };
};

const outputOf = (name: string, output: Json): OutputDeclaration => {
  const { Value, Description, Condition, Export } = output;
  if (Value === undefined) throw malformed(`Output ${name} is malformed. It needs a Value.`);
  if (Export !== undefined && !isRecord(Export)) throw malformed(`Output ${name}: Export must be an object with Name.`);
  return {
    value: Value,
    ...(typeof Description === "string" && { description: Description }),
    ...(typeof Condition === "string" && { condition: Condition }),
    ...(Export !== undefined && { exportName: Export["Name"] }),
  };
};

const mapValues = <T>(
  record: Readonly<Record<string, Json>>,
  map: (key: string, value: Json) => T,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));

const parseJson = (body: string): Json => {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return value;
  } catch (error) {
    throw malformed(`JSON not well-formed (${String(error)}). YAML templates are not read here: package to JSON.`);
  }
  throw malformed("The template must be an object.");
};

/** Reads a template's text. Throws AWS's ValidationError for what is malformed or not supported. */
export const parseTemplate = (body: string): Template => {
  if (Buffer.byteLength(body) > MAX_BYTES) throw invalid(`Template may not exceed ${MAX_BYTES} bytes in size.`);
  const template = parseJson(body);
  for (const name of Object.keys(template))
    if (!SECTIONS.has(name))
      throw malformed(
        name === "Transform" || name === "Rules" || name === "Hooks"
          ? `the section ${name} is not supported here.`
          : `Invalid template property or properties [${name}]`,
      );
  const resources = records(template, "Resources");
  if (Object.keys(resources).length === 0) throw malformed("At least one Resources member must be defined.");
  if (Object.keys(resources).length > MAX_RESOURCES)
    throw malformed(
      `Number of resources, ${Object.keys(resources).length}, is greater than maximum allowed, ${MAX_RESOURCES}`,
    );
  const { Description } = template;
  return {
    ...(typeof Description === "string" && { description: Description }),
    parameters: records(template, "Parameters"),
    mappings: section(template, "Mappings"),
    conditions: section(template, "Conditions"),
    resources: mapValues(resources, resourceOf),
    outputs: mapValues(records(template, "Outputs"), outputOf),
  };
};
