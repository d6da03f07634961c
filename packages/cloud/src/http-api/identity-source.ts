// Where authorizers look for who calls: `$request.header.Authorization` and its like.
import type { Exchange } from "./event.ts";

export const identityOf = (source: string, { request, route, stage, path }: Exchange): string | undefined => {
  const [, kind, name = ""] =
    /^\$(request\.header|request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  if (kind === "request.header") return request.headers[name.toLowerCase()];
  if (kind === "request.querystring") return new URLSearchParams(request.rawQuery).getAll(name).join(",");
  if (kind === "stageVariables") return stage.StageVariables?.[name];
  const context = new Map([
    ["routeKey", route.RouteKey],
    ["httpMethod", request.method],
    ["path", path],
    ["stage", stage.StageName],
    ["identity.sourceIp", request.sourceIp],
  ]);
  return context.get(name);
};
