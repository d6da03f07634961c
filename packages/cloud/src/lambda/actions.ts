// The Lambda API but for Invoke and event source mappings.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground, Iam } from "../ports.ts";
import { aliasActions } from "./aliases.ts";
import { createDownload } from "./code-location.ts";
import type { CodeStore } from "./code.ts";
import { functionActions } from "./function-actions.ts";
import type { Functions } from "./functions.ts";
import { invokeConfigActions } from "./invoke-config.ts";
import { LIMITS } from "./limits.ts";
import type { FunctionModel } from "./model.ts";
import type { Permissions } from "./permissions.ts";
import * as schemas from "./schemas.ts";

export interface ActionOptions {
  readonly model: FunctionModel;
  readonly functions: Functions;
  readonly permissions: Permissions;
  readonly code: CodeStore;
  readonly iam: Iam;
}

const act = honouring("InvalidParameterValueException");
const one = { FunctionName: v.string() };
const qualified = { ...one, Qualifier: v.optional(v.string()) };

const concurrencyActions = ({ model, functions }: ActionOptions): Record<string, Action> => ({
  PutFunctionConcurrency: act(schemas.reservedSchema.entries, ({ FunctionName, ReservedConcurrentExecutions }) => {
    functions.setReserved(model.get(FunctionName).name, ReservedConcurrentExecutions);
    return { ReservedConcurrentExecutions };
  }),
  GetFunctionConcurrency: act(one, ({ FunctionName }) => ({
    ReservedConcurrentExecutions: model.get(FunctionName).reservedConcurrency,
  })),
  DeleteFunctionConcurrency: act(one, ({ FunctionName }) =>
    functions.setReserved(model.get(FunctionName).name, undefined),
  ),
});

const permissionActions = ({ model, permissions }: ActionOptions): Record<string, Action> => ({
  AddPermission: act({ ...schemas.permissionSchema.entries, StatementId: v.string() }, (input) => ({
    Statement: JSON.stringify(permissions.add(input.StatementId, input)),
  })),
  RemovePermission: act({ ...qualified, StatementId: v.string() }, ({ FunctionName, Qualifier, StatementId }) => {
    permissions.remove(model.get(FunctionName, Qualifier).name, StatementId);
  }),
  GetPolicy: act(qualified, ({ FunctionName, Qualifier }) => {
    const { revisionId } = model.get(FunctionName, Qualifier);
    const statements = permissions.statements(FunctionName, Qualifier);
    const policy = { Version: "2012-10-17", Id: "default", Statement: statements };
    if (statements.length > 0) return { Policy: JSON.stringify(policy), RevisionId: revisionId };
    throw new AwsError("ResourceNotFoundException", 404, "The resource you requested does not exist.");
  }),
});

const resource = { Resource: v.pipe(v.string(), v.startsWith("arn:")) };

const tagActions = (model: FunctionModel): Record<string, Action> => ({
  ListTags: act(resource, ({ Resource }) => ({ Tags: model.tags(model.get(Resource).name) })),
  TagResource: act({ ...resource, Tags: schemas.tags }, ({ Resource, Tags }) => {
    const { name } = model.get(Resource);
    model.setTags(name, { ...model.tags(name), ...Tags });
  }),
  UntagResource: act({ ...resource, tagKeys: v.string() }, ({ Resource }, { request }) => {
    const { name } = model.get(Resource);
    const keys = request.query.getAll("tagKeys");
    model.setTags(name, Object.fromEntries(Object.entries(model.tags(name)).filter(([key]) => !keys.includes(key))));
  }),
});

const accountSettings = (model: FunctionModel): unknown => {
  const functions = model.list();
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  return {
    AccountLimit: {
      TotalCodeSize: LIMITS.totalCodeBytes,
      CodeSizeUnzipped: LIMITS.unzippedBytes,
      CodeSizeZipped: LIMITS.zipBytes,
      ConcurrentExecutions: LIMITS.accountConcurrency,
      UnreservedConcurrentExecutions: LIMITS.accountConcurrency - reserved,
    },
    AccountUsage: {
      TotalCodeSize: model.codes().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      FunctionCount: functions.length,
    },
  };
};

export const createActions = (ground: Ground, options: ActionOptions): Record<string, Action> => ({
  ...functionActions(ground, options),
  ...aliasActions(options.model),
  ...concurrencyActions(options),
  ...permissionActions(options),
  ...invokeConfigActions(ground, options),
  ...tagActions(options.model),
  GetAccountSettings: act({}, () => accountSettings(options.model)),
  DownloadFunctionCode: createDownload(options),
});
