// Method and path of each action of the Lambda API.
import type { RestRoute } from "../protocols/rest-json.ts";

const OLD = "/2015-03-31/functions";
const ONE = `${OLD}/{FunctionName}`;
const ALIAS = `${ONE}/aliases/{Name}`;
const EVENT_INVOKE = "/2019-09-25/functions/{FunctionName}/event-invoke-config";
const TAGS = "/2017-03-31/tags/{Resource}";

export const routes: readonly RestRoute[] = [
  { method: "POST", path: `${ONE}/invocations`, action: "Invoke", raw: true },
  { method: "GET", path: OLD, action: "ListFunctions" },
  { method: "POST", path: OLD, action: "CreateFunction", status: 201 },
  { method: "GET", path: ONE, action: "GetFunction" },
  { method: "DELETE", path: ONE, action: "DeleteFunction", status: 204 },
  { method: "GET", path: `${ONE}/configuration`, action: "GetFunctionConfiguration" },
  { method: "PUT", path: `${ONE}/configuration`, action: "UpdateFunctionConfiguration" },
  { method: "PUT", path: `${ONE}/code`, action: "UpdateFunctionCode" },
  { method: "GET", path: `${ONE}/code`, action: "DownloadFunctionCode", raw: true },
  { method: "GET", path: `${ONE}/versions`, action: "ListVersionsByFunction" },
  { method: "POST", path: `${ONE}/versions`, action: "PublishVersion", status: 201 },
  { method: "GET", path: `${ONE}/aliases`, action: "ListAliases" },
  { method: "POST", path: `${ONE}/aliases`, action: "CreateAlias", status: 201 },
  { method: "GET", path: ALIAS, action: "GetAlias" },
  { method: "PUT", path: ALIAS, action: "UpdateAlias" },
  { method: "DELETE", path: ALIAS, action: "DeleteAlias", status: 204 },
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
  { method: "GET", path: TAGS, action: "ListTags" },
  { method: "POST", path: TAGS, action: "TagResource", status: 204 },
  { method: "DELETE", path: TAGS, action: "UntagResource", status: 204 },
  { method: "GET", path: "/2016-08-19/account-settings", action: "GetAccountSettings" },
];
