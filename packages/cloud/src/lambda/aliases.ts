// Aliases: names for versions, in the API and in templates. Each names one version: weights are refused.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { ResourceType } from "../cloudformation/resource-type.ts";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { checkRevision, pageOf, paging } from "./describe.ts";
import { parseReference, type Alias, type FunctionModel } from "./model.ts";
import { aliasSchema, read, updateAliasSchema } from "./schemas.ts";

interface Wanted {
  readonly FunctionName: string;
  readonly Name: string;
  readonly FunctionVersion?: string | undefined;
  readonly Description?: string | undefined;
}

const act = honouring("InvalidParameterValueException");

const arnOf = (model: FunctionModel, functionName: string, alias: string): string =>
  `${model.arnOf(parseReference(functionName).name)}:${alias}`;

const find = (model: FunctionModel, functionName: string, name: string): Alias | undefined =>
  model.aliases(model.get(functionName).name).find((alias) => alias.name === name);

const get = (model: FunctionModel, functionName: string, name: string): Alias => {
  const found = find(model, functionName, name);
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", 404, `Cannot find alias arn: ${arnOf(model, functionName, name)}`);
};

const put = (model: FunctionModel, { FunctionName, Name, FunctionVersion, Description }: Wanted): Alias => {
  const before = find(model, FunctionName, Name);
  const version = FunctionVersion ?? before?.version ?? "";
  const { name } = model.get(FunctionName, version);
  const alias = {
    name: Name,
    version,
    description: Description ?? before?.description ?? "",
    revisionId: randomUUID(),
  };
  model.setAlias(name, alias);
  return alias;
};

const create = (model: FunctionModel, wanted: Wanted): Alias => {
  if (find(model, wanted.FunctionName, wanted.Name) === undefined) return put(model, wanted);
  const message = `Alias already exists: ${arnOf(model, wanted.FunctionName, wanted.Name)}`;
  throw new AwsError("ResourceConflictException", 409, message);
};

const one = { FunctionName: v.string(), Name: v.string() };

export const aliasActions = (model: FunctionModel): Record<string, Action> => {
  const describe = (functionName: string, { name, version, description, revisionId }: Alias) => ({
    AliasArn: arnOf(model, functionName, name),
    Name: name,
    FunctionVersion: version,
    Description: description,
    RevisionId: revisionId,
  });
  return {
    CreateAlias: act(aliasSchema.entries, (input) => describe(input.FunctionName, create(model, input))),
    UpdateAlias: act(updateAliasSchema.entries, (input) => {
      checkRevision(get(model, input.FunctionName, input.Name), input.RevisionId);
      return describe(input.FunctionName, put(model, input));
    }),
    GetAlias: act(one, ({ FunctionName, Name }) => describe(FunctionName, get(model, FunctionName, Name))),
    ListAliases: act(
      { FunctionName: v.string(), FunctionVersion: v.optional(v.string()), ...paging },
      ({ FunctionName, FunctionVersion, ...at }) => {
        const all = model
          .aliases(model.get(FunctionName).name)
          .filter(({ version }) => FunctionVersion === undefined || version === FunctionVersion);
        const { page, next } = pageOf(all, ({ name }) => name, at);
        return { Aliases: page.map((alias) => describe(FunctionName, alias)), NextMarker: next };
      },
    ),
    DeleteAlias: act(one, ({ FunctionName, Name }) => model.removeAlias(model.get(FunctionName).name, Name)),
  };
};

export const aliasType = (model: FunctionModel): ResourceType => {
  const created = (properties: unknown, place: (wanted: Wanted) => Alias) => {
    const wanted = read(aliasSchema, properties);
    place(wanted);
    const physicalId = arnOf(model, wanted.FunctionName, wanted.Name);
    return { physicalId, attributes: { AliasArn: physicalId } };
  };
  return {
    properties: { FunctionName: "replace", Name: "replace", FunctionVersion: "update", Description: "update" },
    nameProperty: "Name",
    check: (properties) => {
      read(aliasSchema, properties);
    },
    create: async (properties) => created(properties, (wanted) => create(model, wanted)),
    update: async (_physicalId, properties) => created(properties, (wanted) => put(model, wanted)),
    remove: async (physicalId) => {
      const { name, qualifier } = parseReference(physicalId);
      if (qualifier !== undefined) model.removeAlias(name, qualifier);
    },
  };
};
