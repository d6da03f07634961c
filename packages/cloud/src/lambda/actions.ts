// The Lambda API but for Invoke: functions, versions, concurrency, permissions, configuration of asynchronous invocations.
import { AwsError } from "../gateway/aws-error.ts";
import type { Action, Call } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { RestRoute } from "../protocols/rest-json.ts";
import { describeFunction, describeInvokeConfig } from "./describe.ts";
import { configurationOf, type Functions } from "./functions.ts";
import { putInvokeConfig } from "./invoke-config.ts";
import { textOf, type FunctionModel, type FunctionRecord } from "./model.ts";
import type { Permissions } from "./permissions.ts";
import * as schemas from "./schemas.ts";

export interface ActionOptions {
  readonly model: FunctionModel;
  readonly functions: Functions;
  readonly permissions: Permissions;
}

const OLD = "/2015-03-31/functions";
const ONE = `${OLD}/{FunctionName}`;
const EVENT_INVOKE = "/2019-09-25/functions/{FunctionName}/event-invoke-config";

export const routes: readonly RestRoute[] = [
  { method: "POST", path: `${ONE}/invocations`, action: "Invoke", raw: true },
  { method: "GET", path: OLD, action: "ListFunctions" },
  { method: "POST", path: OLD, action: "CreateFunction", status: 201 },
  { method: "GET", path: ONE, action: "GetFunction" },
  { method: "DELETE", path: ONE, action: "DeleteFunction", status: 204 },
  { method: "GET", path: `${ONE}/configuration`, action: "GetFunctionConfiguration" },
  { method: "PUT", path: `${ONE}/configuration`, action: "UpdateFunctionConfiguration" },
  { method: "PUT", path: `${ONE}/code`, action: "UpdateFunctionCode" },
  { method: "GET", path: `${ONE}/versions`, action: "ListVersionsByFunction" },
  { method: "GET", path: `${ONE}/policy`, action: "GetPolicy" },
  { method: "POST", path: `${ONE}/policy`, action: "AddPermission", status: 201 },
  { method: "DELETE", path: `${ONE}/policy/{StatementId}`, action: "RemovePermission", status: 204 },
  { method: "PUT", path: "/2017-10-31/functions/{FunctionName}/concurrency", action: "PutFunctionConcurrency" },
  { method: "DELETE", path: "/2017-10-31/functions/{FunctionName}/concurrency", action: "DeleteFunctionConcurrency", status: 204 }, // prettier-ignore
  { method: "GET", path: "/2019-09-30/functions/{FunctionName}/concurrency", action: "GetFunctionConcurrency" },
  { method: "GET", path: EVENT_INVOKE, action: "GetFunctionEventInvokeConfig" },
  { method: "PUT", path: EVENT_INVOKE, action: "PutFunctionEventInvokeConfig" },
  { method: "POST", path: EVENT_INVOKE, action: "UpdateFunctionEventInvokeConfig" },
  { method: "DELETE", path: EVENT_INVOKE, action: "DeleteFunctionEventInvokeConfig", status: 204 },
];

/** The named function; every other parameter is refused. */
const named = (model: FunctionModel, { input }: Call, known: readonly string[] = ["Qualifier"]): FunctionRecord => {
  for (const name of Object.keys(input)) {
    if (name === "FunctionName" || known.includes(name)) continue;
    throw new AwsError(
      "InvalidParameterValueException",
      400,
      `The parameter ${name} is not supported by the embedded AWS`,
    );
  }
  return model.get(textOf(input, "FunctionName") ?? "", textOf(input, "Qualifier"));
};

const checkRevision = ({ revisionId }: FunctionRecord, wanted: string | undefined): void => {
  if (wanted === undefined || wanted === revisionId) return;
  const message = "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId"; // prettier-ignore
  throw new AwsError("PreconditionFailedException", 412, message);
};

const functionActions = ({ model, functions }: ActionOptions): Record<string, Action> => ({
  ListFunctions: ({ input }) => {
    const after = textOf(input, "Marker") ?? "";
    const rest = model.list().filter(({ name }) => name > after);
    const page = rest.slice(0, Number(input["MaxItems"] ?? 50));
    const last = page.at(-1)?.name;
    return { Functions: page.map(describeFunction), ...(page.length < rest.length && { NextMarker: last }) };
  },
  GetFunction: (call) => {
    const record = named(model, call);
    const { reservedConcurrency } = record;
    return {
      Configuration: describeFunction(record),
      Code: { RepositoryType: "S3" },
      ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  },
  GetFunctionConfiguration: (call) => describeFunction(named(model, call)),
  ListVersionsByFunction: (call) => {
    const record = named(model, call, []);
    return { Versions: [record, ...model.versions(record.name)].map(describeFunction) };
  },
  CreateFunction: async ({ input }) => {
    const parsed = schemas.read(schemas.createFunctionSchema, input);
    const code = await functions.readCode(parsed.Code, "base64");
    const record = functions.create(parsed.FunctionName, configurationOf(parsed.FunctionName, parsed), code);
    return describeFunction(parsed.Publish ? model.publish(record.name, {}) : record);
  },
  UpdateFunctionCode: async ({ input }) => {
    const parsed = schemas.read(schemas.updateCodeSchema, input);
    checkRevision(model.get(parsed.FunctionName), parsed.RevisionId);
    const code = await functions.readCode(parsed, "base64");
    const record = model.get(parsed.FunctionName);
    const changed = functions.update(
      { ...record, architectures: parsed.Architectures ?? record.architectures },
      { code },
    );
    return describeFunction(parsed.Publish ? model.publish(changed.name, {}) : changed);
  },
  UpdateFunctionConfiguration: ({ input }) => {
    const parsed = schemas.read(schemas.updateConfigurationSchema, input);
    const record = model.get(parsed.FunctionName);
    checkRevision(record, parsed.RevisionId);
    const wanted = configurationOf(record.name, {
      Runtime: parsed.Runtime ?? schemas.read(schemas.functionProperties.entries.Runtime, record.runtime),
      Handler: parsed.Handler ?? record.handler,
      Role: parsed.Role ?? record.role,
      Description: parsed.Description ?? record.description,
      MemorySize: parsed.MemorySize ?? record.memoryMb,
      Timeout: parsed.Timeout ?? record.timeoutSeconds,
      Environment: parsed.Environment ?? { Variables: record.variables },
      LoggingConfig: parsed.LoggingConfig ?? { LogGroup: record.logGroup },
      DeadLetterConfig: parsed.DeadLetterConfig ?? { TargetArn: record.deadLetterArn },
    });
    return describeFunction(
      functions.update(record, { configuration: { ...wanted, architectures: record.architectures } }),
    );
  },
  DeleteFunction: (call) => {
    const { name, version } = named(model, call);
    if (version === "$LATEST") functions.remove(name);
    else model.removeVersion(name, version);
  },
});

const concurrencyActions = ({ model, functions }: ActionOptions): Record<string, Action> => ({
  PutFunctionConcurrency: ({ input }) => {
    const parsed = schemas.read(schemas.reservedSchema, input);
    const { name } = model.get(parsed.FunctionName);
    functions.setReserved(name, parsed.ReservedConcurrentExecutions);
    return { ReservedConcurrentExecutions: parsed.ReservedConcurrentExecutions };
  },
  GetFunctionConcurrency: (call) => ({ ReservedConcurrentExecutions: named(model, call, []).reservedConcurrency }),
  DeleteFunctionConcurrency: (call) => functions.setReserved(named(model, call, []).name, undefined),
});

const permissionActions = ({ model, permissions }: ActionOptions): Record<string, Action> => ({
  AddPermission: ({ input }) => {
    const parsed = schemas.read(schemas.permissionSchema, input);
    if (parsed.StatementId === undefined) {
      throw new AwsError("InvalidParameterValueException", 400, "StatementId is missing");
    }
    return { Statement: JSON.stringify(permissions.add(parsed.StatementId, parsed)) };
  },
  RemovePermission: (call) => {
    const { name } = named(model, call, ["StatementId"]);
    permissions.remove(name, textOf(call.input, "StatementId") ?? "");
  },
  GetPolicy: (call) => {
    const { name, revisionId } = named(model, call, []);
    const policy = model.policyOf(name);
    if (policy !== undefined) return { Policy: JSON.stringify(policy), RevisionId: revisionId };
    throw new AwsError("ResourceNotFoundException", 404, "The resource you requested does not exist.");
  },
});

const invokeConfigActions = (ground: Ground, options: ActionOptions): Record<string, Action> => {
  const { model } = options;
  const put = (input: Call["input"], merge: boolean): unknown => {
    const parsed = schemas.read(schemas.invokeConfigSchema, input);
    const { record, config } = putInvokeConfig({ ...options, clock: ground.clock }, parsed, merge);
    return describeInvokeConfig(record.arn, config);
  };
  const existing = (call: Call) => {
    const record = named(model, call);
    const config = model.invokeConfig(record.name);
    if (config !== undefined) return { record, config };
    const message = `The function ${record.arn}:$LATEST doesn't have an EventInvokeConfig`;
    throw new AwsError("ResourceNotFoundException", 404, message);
  };
  return {
    PutFunctionEventInvokeConfig: ({ input }) => put(input, false),
    UpdateFunctionEventInvokeConfig: ({ input }) => put(input, true),
    GetFunctionEventInvokeConfig: (call) => {
      const { record, config } = existing(call);
      return describeInvokeConfig(record.arn, config);
    },
    DeleteFunctionEventInvokeConfig: (call) => model.setInvokeConfig(existing(call).record.name, undefined),
  };
};

export const createActions = (ground: Ground, options: ActionOptions): Record<string, Action> => ({
  ...functionActions(options),
  ...concurrencyActions(options),
  ...permissionActions(options),
  ...invokeConfigActions(ground, options),
});
