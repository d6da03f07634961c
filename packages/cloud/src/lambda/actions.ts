// The Lambda API for functions, their code, versions and aliases: what `sls` calls. Templates make and change the rest.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground, Iam } from "../ports.ts";
import { describeAlias } from "./aliases.ts";
import { createDownload, locationOf } from "./code-location.ts";
import type { CodeStore } from "./code.ts";
import { describeFunction } from "./describe.ts";
import { configurationOf, type Functions } from "./functions.ts";
import { LATEST, parseReference, versionKey, type FunctionModel, type FunctionRecord } from "./model.ts";
import * as schemas from "./schemas.ts";

export interface ActionOptions {
  readonly model: FunctionModel;
  readonly functions: Functions;
  readonly code: CodeStore;
  readonly iam: Iam;
}

const act = honouring("InvalidParameterValueException");
const one = { FunctionName: v.string(), Qualifier: v.optional(v.string()) };
const { paging } = schemas;

/** What can be changed: a version cannot. */
const latestOf = (model: FunctionModel, reference: string): FunctionRecord => {
  const record = model.get(reference);
  if (record.version === LATEST) return record;
  throw new AwsError("InvalidParameterValueException", 400, `The version ${record.version} cannot be changed`);
};

const listActions = (model: FunctionModel): Record<string, Action> => ({
  ListFunctions: act(paging, ({ MaxItems, Marker }) => {
    const all = model.list().map((record) => [record.name, record] as const);
    const { items, next } = pageOf(all, { limit: MaxItems, token: Marker });
    return { Functions: items.map(describeFunction), NextMarker: next };
  }),
  ListVersionsByFunction: act({ FunctionName: v.string(), ...paging }, ({ FunctionName, MaxItems, Marker }) => {
    const latest = model.get(FunctionName);
    const all = [latest, ...model.versions(latest.name)].map((each) => [versionKey(each.version), each] as const);
    const { items, next } = pageOf(all, { limit: MaxItems, token: Marker });
    return { Versions: items.map(describeFunction), NextMarker: next };
  }),
  ListAliases: act({ FunctionName: v.string(), ...paging }, ({ FunctionName, MaxItems, Marker }) => {
    const { name, arn } = model.get(FunctionName);
    const all = model.aliases(name).map((alias) => [alias.name, alias] as const);
    const { items, next } = pageOf(all, { limit: MaxItems, token: Marker });
    return { Aliases: items.map((alias) => describeAlias(arn, alias)), NextMarker: next };
  }),
});

const readActions = (ground: Ground, { model, iam }: ActionOptions): Record<string, Action> => ({
  GetFunction: act(one, ({ FunctionName, Qualifier }) => {
    const record = model.get(FunctionName, Qualifier);
    const { reservedConcurrency } = record;
    return {
      Configuration: describeFunction(record),
      Code: { RepositoryType: "S3", Location: locationOf(ground, { iam }, record) },
      ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  }),
});

const changeActions = ({ model, functions }: ActionOptions): Record<string, Action> => ({
  UpdateFunctionCode: act(schemas.updateCodeSchema.entries, async (input) => {
    latestOf(model, input.FunctionName);
    const code = await functions.readCode(input, "base64");
    const record = latestOf(model, input.FunctionName);
    const architectures = input.Architectures ?? record.architectures;
    return describeFunction(functions.update({ ...record, architectures }, { code }));
  }),
  UpdateFunctionConfiguration: act(schemas.updateConfigurationSchema.entries, (input) => {
    const record = latestOf(model, input.FunctionName);
    const wanted = configurationOf(record.name, {
      Runtime: input.Runtime ?? schemas.read(schemas.functionProperties.entries.Runtime, record.runtime),
      Handler: input.Handler ?? record.handler,
      Role: input.Role ?? record.role,
      Description: input.Description ?? record.description,
      MemorySize: input.MemorySize ?? record.memoryMb,
      Timeout: input.Timeout ?? record.timeoutSeconds,
      Environment: input.Environment ?? { Variables: record.variables },
      LoggingConfig: input.LoggingConfig ?? { LogGroup: record.logGroup },
      DeadLetterConfig: input.DeadLetterConfig ?? { TargetArn: record.deadLetterArn },
      ReservedConcurrentExecutions: record.reservedConcurrency,
    });
    const configuration = { ...wanted, architectures: record.architectures };
    return describeFunction(functions.update(record, { configuration }));
  }),
  DeleteFunction: act(one, ({ FunctionName, Qualifier }) => {
    const { qualifier = Qualifier ?? LATEST } = parseReference(FunctionName);
    const { name, version } = model.get(FunctionName, qualifier);
    if (qualifier === LATEST) return functions.remove(name);
    const names = model.aliases(name).filter((alias) => alias.version === version);
    if (names.length === 0) return model.removeVersion(name, version);
    const message = `Unable to delete version because the following aliases reference it: [${names.map((alias) => alias.name).join(", ")}]`;
    throw new AwsError("ResourceConflictException", 409, message);
  }),
});

export const createActions = (ground: Ground, options: ActionOptions): Record<string, Action> => ({
  ...listActions(options.model),
  ...readActions(ground, options),
  ...changeActions(options),
  DownloadFunctionCode: createDownload(options),
});
