// The CloudFormation types of Lambda.
import type { Created, ResourceType } from "../cloudformation/resource-type.ts";
import type { Ground } from "../ports.ts";
import { aliasType } from "./aliases.ts";
import { configurationOf, type Functions } from "./functions.ts";
import { eventSourceMappingType, type Mappings } from "./event-source-mappings.ts";
import { putInvokeConfig } from "./invoke-config.ts";
import { type FunctionModel, type FunctionRecord, parseReference } from "./model.ts";
import type { Permissions } from "./permissions.ts";
import {
  functionProperties,
  type FunctionProperties,
  invokeConfigSchema,
  permissionSchema,
  read,
  versionProperties,
} from "./schemas.ts";

export interface TypeOptions {
  readonly model: FunctionModel;
  readonly functions: Functions;
  readonly permissions: Permissions;
  readonly mappings: Mappings;
}

const created = ({ name, arn }: FunctionRecord): Created => ({ physicalId: name, attributes: { Arn: arn } });

const tagsOf = ({ Tags = [] }: FunctionProperties): Readonly<Record<string, string>> =>
  Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));

const functionType = ({ model, functions }: TypeOptions): ResourceType => ({
  properties: {
    FunctionName: "replace",
    Architectures: "update",
    Code: "update",
    DeadLetterConfig: "update",
    Description: "update",
    Environment: "update",
    Handler: "update",
    LoggingConfig: "update",
    MemorySize: "update",
    PackageType: "replace",
    ReservedConcurrentExecutions: "update",
    Role: "update",
    Runtime: "update",
    Timeout: "update",
    EphemeralStorage: "inert",
    KmsKeyArn: "inert",
    RecursiveLoop: "inert",
    RuntimeManagementConfig: "inert",
    Tags: "update",
    TracingConfig: "inert",
  },
  nameProperty: "FunctionName",
  check: (properties) => {
    read(functionProperties, properties);
  },
  create: async (properties, context) => {
    const parsed = read(functionProperties, properties);
    const name = parsed.FunctionName ?? context.generateName(64);
    const code = await functions.readCode(parsed.Code, "text");
    const record = functions.create(name, configurationOf(name, parsed), code);
    model.setTags(name, tagsOf(parsed));
    if (parsed.ReservedConcurrentExecutions !== undefined) {
      functions.setReserved(name, parsed.ReservedConcurrentExecutions);
    }
    return created(record);
  },
  update: async (physicalId, properties) => {
    const parsed = read(functionProperties, properties);
    const code = await functions.readCode(parsed.Code, "text");
    const configuration = configurationOf(physicalId, parsed);
    const record = functions.update(model.get(physicalId), { configuration, code });
    functions.setReserved(physicalId, parsed.ReservedConcurrentExecutions);
    model.setTags(physicalId, tagsOf(parsed));
    return created(record);
  },
  remove: async (physicalId) => {
    if (model.find(physicalId)) functions.remove(physicalId);
  },
});

const versionType = ({ model }: TypeOptions): ResourceType => ({
  properties: { FunctionName: "replace", CodeSha256: "replace", Description: "replace", RuntimePolicy: "inert" },
  check: (properties) => {
    read(versionProperties, properties);
  },
  create: async (properties) => {
    const { FunctionName, CodeSha256, Description } = read(versionProperties, properties);
    const { name } = model.get(FunctionName);
    const { arn, version } = model.publish(name, { codeSha256: CodeSha256, description: Description });
    const physicalId = `${arn}:${version}`;
    return { physicalId, attributes: { Version: version, FunctionArn: physicalId } };
  },
  remove: async (physicalId) => {
    const [name, version] = physicalId.split(":").slice(-2);
    if (name !== undefined && version !== undefined) model.removeVersion(name, version);
  },
});

const permissionType = ({ model, permissions }: TypeOptions): ResourceType => ({
  properties: {
    FunctionName: "replace",
    Action: "replace",
    Principal: "replace",
    SourceArn: "replace",
    SourceAccount: "replace",
  },
  check: (properties) => {
    read(permissionSchema, properties);
  },
  create: async (properties, context) => {
    const physicalId = context.generateName(100);
    permissions.add(physicalId, read(permissionSchema, properties));
    return { physicalId, attributes: { Id: physicalId } };
  },
  remove: async (physicalId, properties) => {
    const name = String(properties["FunctionName"]);
    const statements = model.exists(name) ? model.policyOf(model.get(name).name)?.Statement : undefined;
    if (Array.isArray(statements) && statements.some(({ Sid }) => Sid === physicalId))
      permissions.remove(name, physicalId);
  },
});

const invokeConfigType = (ground: Ground, options: TypeOptions): ResourceType => ({
  properties: {
    FunctionName: "replace",
    Qualifier: "replace",
    MaximumRetryAttempts: "update",
    MaximumEventAgeInSeconds: "update",
    DestinationConfig: "update",
  },
  check: (properties) => {
    read(invokeConfigSchema, properties);
  },
  create: async (properties, context) => {
    putInvokeConfig(ground, options, read(invokeConfigSchema, properties));
    return { physicalId: context.generateName(), attributes: {} };
  },
  update: async (physicalId, properties) => {
    putInvokeConfig(ground, options, read(invokeConfigSchema, properties));
    return { physicalId, attributes: {} };
  },
  remove: async (_physicalId, properties) => {
    const { name, qualifier = properties["Qualifier"] } = parseReference(String(properties["FunctionName"]));
    options.model.setInvokeConfig(name, undefined, typeof qualifier === "string" ? qualifier : undefined);
  },
});

export const lambdaTypes = (ground: Ground, options: TypeOptions): Readonly<Record<string, ResourceType>> => ({
  "AWS::Lambda::Function": functionType(options),
  "AWS::Lambda::Version": versionType(options),
  "AWS::Lambda::Alias": aliasType(options.model),
  "AWS::Lambda::Permission": permissionType(options),
  "AWS::Lambda::EventInvokeConfig": invokeConfigType(ground, options),
  "AWS::Lambda::EventSourceMapping": eventSourceMappingType(options.mappings),
});
