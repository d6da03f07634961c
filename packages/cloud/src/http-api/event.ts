// Events of payload format 2.0, for functions and for Lambda authorizers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { isUtf8 } from "node:buffer";
import { ACCOUNT } from "../gateway/service.ts";
import { DROPPED_REQUEST_HEADERS, TEXT_TYPES } from "./limits.ts";
import type { Compiled, Stored } from "./model.ts";
import type { HttpRequest } from "./read-request.ts";
import type { Integration, Route, Stage } from "./schemas.ts";

/** A request with everything that was found out about it. */
export interface Exchange {
  readonly compiled: Compiled;
  readonly stage: Stage;
  readonly route: Stored<Route>;
  readonly integration: Integration;
  readonly request: HttpRequest;
  /** Path below the stage. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly traceId: string;
  readonly timeMs: number;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12/Mar/2020:19:03:58 +0000`. */
const logTime = (ms: number): string => {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};

/** `arn:aws:execute-api:<region>:<account>:<apiId>/<stage>/<METHOD>/<path>`. */
export const executeApiArn = ({ compiled: { api }, stage, request }: Exchange, path: string): string =>
  `arn:aws:execute-api:${api.region}:${ACCOUNT}:${api.apiId}/${stage.StageName}/${request.method}${path}`;

const eventHeaders = ({ request, traceId }: Exchange): Record<string, string> => {
  const kept = Object.entries(request.headers).filter(([name]) => !DROPPED_REQUEST_HEADERS.has(name));
  const forwardedFor = request.headers["x-forwarded-for"];
  return Object.fromEntries([
    ...kept,
    ["content-length", String(request.body.length)],
    ["x-amzn-trace-id", traceId],
    ["x-forwarded-for", forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`],
    ["x-forwarded-port", /:(\d+)$/.exec(request.headers["host"] ?? "")?.[1] ?? "80"],
    ["x-forwarded-proto", "http"],
  ]);
};

/** Decoded; values of one name joined with ",". */
const queryParameters = (rawQuery: string): Record<string, string> => {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
};

const cookiesOf = (header: string | undefined): readonly string[] =>
  (header ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");

const requestContext = (exchange: Exchange): Record<string, unknown> => {
  const { compiled, stage, route, request, requestId, timeMs } = exchange;
  return {
    accountId: ACCOUNT,
    apiId: compiled.api.apiId,
    domainName: request.headers["host"] ?? "",
    domainPrefix: compiled.api.apiId,
    http: {
      method: request.method,
      path: request.rawPath,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId,
    routeKey: route.RouteKey,
    stage: stage.StageName,
    time: logTime(timeMs),
    timeEpoch: timeMs,
  };
};

const bodyOf = ({ body, headers }: HttpRequest): { readonly body?: string; readonly isBase64Encoded: boolean } => {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (headers["content-type"] ?? "text/plain").split(";")[0]?.trim().toLowerCase() ?? "";
  const text = TEXT_TYPES.test(type) && headers["content-encoding"] === undefined && isUtf8(body);
  return text
    ? { body: body.toString("utf8"), isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
};

const filled = <T extends object>(record: T | undefined): T | undefined =>
  record === undefined || Object.keys(record).length === 0 ? undefined : record;

/** What both kinds of events say of the request; absent parts are undefined and leave no trace in the JSON. */
const facts = (exchange: Exchange): Record<string, unknown> => {
  const { request, route, stage, pathParameters } = exchange;
  return {
    routeKey: route.RouteKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQuery,
    cookies: filled(cookiesOf(request.headers["cookie"])),
    headers: eventHeaders(exchange),
    queryStringParameters: filled(queryParameters(request.rawQuery)),
    requestContext: requestContext(exchange),
    pathParameters: filled(pathParameters),
    stageVariables: filled(stage.StageVariables),
  };
};

/** JSON of the event that the function of a route gets; `authorizer` is what the route's authorizer found. */
export const proxyEvent = (exchange: Exchange, authorizer: object | undefined): string => {
  const event = facts(exchange);
  const context = { ...(event["requestContext"] as object), ...(authorizer && { authorizer }) }; // made by facts
  return JSON.stringify({ version: "2.0", ...event, requestContext: context, ...bodyOf(exchange.request) });
};

/** JSON of the event that a Lambda authorizer gets. */
export const authorizerEvent = (exchange: Exchange, identitySource: readonly string[]): string =>
  JSON.stringify({
    version: "2.0",
    type: "REQUEST",
    routeArn: executeApiArn(exchange, exchange.path),
    identitySource: identitySource.length === 0 ? null : identitySource,
    ...facts(exchange),
  });
