// The Lambda API for functions, their code and their versions.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { ActionOptions } from "./actions.ts";
import { locationOf } from "./code-location.ts";
import { checkRevision, describeFunction, pageOf, paging } from "./describe.ts";
import { configurationOf } from "./functions.ts";
import { LATEST, parseReference, type FunctionModel, type FunctionRecord } from "./model.ts";
import type { Ground } from "../ports.ts";
import * as schemas from "./schemas.ts";

const act = honouring("InvalidParameterValueException");
const one = { FunctionName: v.string(), Qualifier: v.optional(v.string()) };

/** What can be changed: a version cannot. */
const latestOf = (model: FunctionModel, reference: string, revisionId?: string): FunctionRecord => {
  const record = model.get(reference);
  if (record.version !== LATEST) {
    throw new AwsError("InvalidParameterValueException", 400, `The version ${record.version} cannot be changed`);
  }
  checkRevision(record, revisionId);
  return record;
};

const readActions = (ground: Ground, { model, iam }: ActionOptions): Record<string, Action> => ({
  ListFunctions: act(paging, (at) => {
    const { page, next } = pageOf(model.list(), ({ name }) => name, at);
    return { Functions: page.map(describeFunction), NextMarker: next };
  }),
  GetFunction: act(one, ({ FunctionName, Qualifier }) => {
    const record = model.get(FunctionName, Qualifier);
    const { reservedConcurrency, name } = record;
    return {
      Configuration: describeFunction(record),
      Code: { RepositoryType: "S3", Location: locationOf(ground, { iam }, record) },
      Tags: model.tags(name),
      ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  }),
  GetFunctionConfiguration: act(one, ({ FunctionName, Qualifier }) =>
    describeFunction(model.get(FunctionName, Qualifier)),
  ),
  ListVersionsByFunction: act({ FunctionName: v.string(), ...paging }, ({ FunctionName, ...at }) => {
    const record = model.get(FunctionName);
    const { page, next } = pageOf([record, ...model.versions(record.name)], ({ version }) => version, at);
    return { Versions: page.map(describeFunction), NextMarker: next };
  }),
});

const changeActions = ({ model, functions }: ActionOptions): Record<string, Action> => ({
  CreateFunction: act(schemas.createFunctionSchema.entries, async (input) => {
    const code = await functions.readCode(input.Code, "base64");
    const record = functions.create(input.FunctionName, configurationOf(input.FunctionName, input), code);
    if (input.Tags !== undefined) model.setTags(record.name, input.Tags);
    return describeFunction(input.Publish ? model.publish(record.name, {}) : record);
  }),
  UpdateFunctionCode: act(schemas.updateCodeSchema.entries, async (input) => {
    latestOf(model, input.FunctionName, input.RevisionId);
    const code = await functions.readCode(input, "base64");
    const record = latestOf(model, input.FunctionName);
    const architectures = input.Architectures ?? record.architectures;
    const changed = functions.update({ ...record, architectures }, { code });
    return describeFunction(input.Publish ? model.publish(changed.name, {}) : changed);
  }),
  UpdateFunctionConfiguration: act(schemas.updateConfigurationSchema.entries, (input) => {
    const record = latestOf(model, input.FunctionName, input.RevisionId);
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
    });
    const configuration = { ...wanted, architectures: record.architectures };
    return describeFunction(functions.update(record, { configuration }));
  }),
  PublishVersion: act(schemas.publishSchema.entries, ({ FunctionName, CodeSha256, Description, RevisionId }) => {
    const { name } = latestOf(model, FunctionName, RevisionId);
    return describeFunction(model.publish(name, { codeSha256: CodeSha256, description: Description }));
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

export const functionActions = (ground: Ground, options: ActionOptions): Record<string, Action> => ({
  ...readActions(ground, options),
  ...changeActions(options),
});
