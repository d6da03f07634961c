// Method and path of each action of the Lambda API.
import type { RestRoute } from "../protocols/rest-json.ts";

const OLD = "/2015-03-31/functions";
const ONE = `${OLD}/{FunctionName}`;

export const routes: readonly RestRoute[] = [
  { method: "POST", path: `${ONE}/invocations`, action: "Invoke", raw: true },
  { method: "GET", path: OLD, action: "ListFunctions" },
  { method: "GET", path: ONE, action: "GetFunction" },
  { method: "DELETE", path: ONE, action: "DeleteFunction", status: 204 },
  { method: "PUT", path: `${ONE}/configuration`, action: "UpdateFunctionConfiguration" },
  { method: "PUT", path: `${ONE}/code`, action: "UpdateFunctionCode" },
  { method: "GET", path: `${ONE}/code`, action: "DownloadFunctionCode", raw: true },
  { method: "GET", path: `${ONE}/versions`, action: "ListVersionsByFunction" },
  { method: "GET", path: `${ONE}/aliases`, action: "ListAliases" },
];
