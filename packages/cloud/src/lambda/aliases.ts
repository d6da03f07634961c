// Aliases: names for versions, made by templates. Each names one version: weights are refused.
import type { ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { parseReference, type Alias, type FunctionModel } from "./model.ts";
import { typeOf } from "./resource-of.ts";
import { aliasSchema } from "./schemas.ts";

export const describeAlias = (functionArn: string, { name, version, description }: Alias): object => ({
  AliasArn: `${functionArn}:${name}`,
  Name: name,
  FunctionVersion: version,
  Description: description,
});

export const aliasType = (model: FunctionModel): ResourceType => {
  const put = (name: string, alias: Alias) => {
    model.setAlias(name, alias);
    const physicalId = `${model.arnOf(name)}:${alias.name}`;
    return { physicalId, attributes: { AliasArn: physicalId } };
  };
  return typeOf({
    schema: aliasSchema,
    replacing: ["FunctionName", "Name"],
    nameProperty: "Name",
    create: async ({ FunctionName, Name, FunctionVersion, Description = "" }) => {
      const { name } = model.get(FunctionName, FunctionVersion);
      if (model.aliases(name).some((alias) => alias.name === Name)) {
        const message = `Alias already exists: ${model.arnOf(name)}:${Name}`;
        throw new AwsError("ResourceConflictException", 409, message);
      }
      return put(name, { name: Name, version: FunctionVersion, description: Description });
    },
    update: async (_physicalId, { FunctionName, Name, FunctionVersion, Description = "" }) => {
      const { name } = model.get(FunctionName, FunctionVersion);
      return put(name, { name: Name, version: FunctionVersion, description: Description });
    },
    remove: async (physicalId) => {
      const { name, qualifier } = parseReference(physicalId);
      if (qualifier !== undefined) model.removeAlias(name, qualifier);
    },
  });
};
