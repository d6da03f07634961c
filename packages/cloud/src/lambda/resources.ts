// The CloudFormation types of Lambda.
import type { Created, ResourceType } from "../cloudformation/resource-type.ts";
import type { Iam } from "../ports.ts";
import { aliasType } from "./aliases.ts";
import { configurationOf, type Functions } from "./functions.ts";
import { checkDestination } from "./destinations.ts";
import { eventSourceMappingType, type Mappings } from "./event-source-mappings.ts";
import { type FunctionModel, type FunctionRecord, type InvokeConfig, parseReference } from "./model.ts";
import type { Permissions } from "./permissions.ts";
import { typeOf } from "./resource-of.ts";
import { functionProperties, type InvokeConfigInput, invokeConfigSchema, permissionSchema, versionProperties } from "./schemas.ts"; // prettier-ignore

export interface TypeOptions {
  readonly model: FunctionModel;
  readonly functions: Functions;
  readonly permissions: Permissions;
  readonly mappings: Mappings;
  readonly iam: Pick<Iam, "decide">;
}

const created = ({ name, arn }: FunctionRecord): Created => ({ physicalId: name, attributes: { Arn: arn } });

const functionType = ({ model, functions }: TypeOptions): ResourceType =>
  typeOf({
    schema: functionProperties,
    replacing: ["FunctionName", "PackageType"],
    inert: ["EphemeralStorage", "KmsKeyArn", "Tags", "TracingConfig"],
    nameProperty: "FunctionName",
    create: async (given, context) => {
      const name = given.FunctionName ?? context.generateName(64);
      const code = await functions.readCode(given.Code, "text");
      return created(functions.create(name, configurationOf(name, given), code));
    },
    update: async (name, given) => {
      const code = await functions.readCode(given.Code, "text");
      return created(functions.update(model.get(name), { configuration: configurationOf(name, given), code }));
    },
    remove: async (name) => {
      if (model.find(name)) functions.remove(name);
    },
  });

const versionType = ({ model }: TypeOptions): ResourceType =>
  typeOf({
    schema: versionProperties,
    replacing: Object.keys(versionProperties.entries),
    create: async ({ FunctionName, CodeSha256, Description }) => {
      const { name } = model.get(FunctionName);
      const { arn, version } = model.publish(name, { codeSha256: CodeSha256, description: Description });
      const physicalId = `${arn}:${version}`;
      return { physicalId, attributes: { Version: version, FunctionArn: physicalId } };
    },
    remove: async (physicalId) => {
      const { name, qualifier } = parseReference(physicalId);
      if (qualifier !== undefined) model.removeVersion(name, qualifier);
    },
  });

const permissionType = ({ permissions }: TypeOptions): ResourceType =>
  typeOf({
    schema: permissionSchema,
    replacing: Object.keys(permissionSchema.entries),
    create: async (given, context) => {
      const physicalId = context.generateName(100);
      permissions.add(physicalId, given);
      return { physicalId, attributes: { Id: physicalId } };
    },
    remove: async (physicalId, { FunctionName }) => permissions.remove(String(FunctionName), physicalId),
  });

const invokeConfigType = ({ model, iam }: TypeOptions): ResourceType => {
  const put = (physicalId: string, input: InvokeConfigInput): Created => {
    const { qualifier = input.Qualifier } = parseReference(input.FunctionName);
    const record = model.get(input.FunctionName, qualifier);
    const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
    for (const destination of [OnSuccess, OnFailure]) checkDestination(iam, record, destination?.Destination);
    const config: InvokeConfig = {
      maximumRetryAttempts: input.MaximumRetryAttempts,
      maximumEventAgeSeconds: input.MaximumEventAgeInSeconds,
      onSuccess: OnSuccess?.Destination,
      onFailure: OnFailure?.Destination,
    };
    model.setInvokeConfig(record.name, config, qualifier);
    return { physicalId, attributes: {} };
  };
  return typeOf({
    schema: invokeConfigSchema,
    replacing: ["FunctionName", "Qualifier"],
    create: async (given, context) => put(context.generateName(), given),
    update: async (physicalId, given) => put(physicalId, given),
    remove: async (_physicalId, { FunctionName, Qualifier }) => {
      const { name, qualifier = Qualifier } = parseReference(String(FunctionName));
      model.setInvokeConfig(name, undefined, typeof qualifier === "string" ? qualifier : undefined);
    },
  });
};

export const lambdaTypes = (options: TypeOptions): Readonly<Record<string, ResourceType>> => ({
  "AWS::Lambda::Function": functionType(options),
  "AWS::Lambda::Version": versionType(options),
  "AWS::Lambda::Alias": aliasType(options.model),
  "AWS::Lambda::Permission": permissionType(options),
  "AWS::Lambda::EventInvokeConfig": invokeConfigType(options),
  "AWS::Lambda::EventSourceMapping": eventSourceMappingType(options.mappings),
});
