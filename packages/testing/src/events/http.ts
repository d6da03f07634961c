import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { ACCOUNT, digest, EVENT_TIME, REGION } from "./deterministic.ts";

/** Who calls: what the route's authorizer would have put into the event. */
export type Caller =
  | {
      readonly jwt: {
        readonly sub: string;
        readonly scopes?: readonly string[];
        readonly claims?: Record<string, string>;
      };
    }
  | { readonly iam: { readonly userArn: string } }
  /** The context that a Lambda authorizer answered. */
  | { readonly lambda: Readonly<Record<string, unknown>> };

export interface HttpEventOptions {
  /** An object becomes JSON with its content type; a string or Buffer is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Route key such as `GET /v1/links/{code}` when the path has variables. */
  readonly route?: string;
  readonly caller?: Caller;
  readonly cookies?: readonly string[];
  readonly sourceIp?: string;
  readonly time?: number;
}

/** Any event of an HTTP API, whatever its authorizer put into `requestContext.authorizer`. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  requestContext: APIGatewayProxyEventV2["requestContext"] & { authorizer?: Record<string, unknown> };
};

const authorizerOf = (caller: Caller): Record<string, unknown> => {
  if ("lambda" in caller) return { lambda: caller.lambda };
  if ("iam" in caller) {
    const { userArn } = caller.iam;
    const fields = { accessKey: "AKIATEST", accountId: ACCOUNT, callerId: "AIDATEST", cognitoIdentity: null };
    return { iam: { ...fields, principalOrgId: null, userArn, userId: "AIDATEST" } };
  }
  const { sub, scopes, claims } = caller.jwt;
  return { jwt: { claims: { sub, token_use: "access", ...claims }, scopes: scopes ?? null } };
};

const pathParameters = (pattern: string, path: string): Record<string, string> | undefined => {
  const names = pattern.split("/");
  const values = path.split("/");
  const found = names.flatMap((name, index): [string, string][] => {
    const variable = /^\{([^}+]+)(\+?)\}$/.exec(name);
    if (variable?.[1] === undefined) return [];
    const value = variable[2] === "+" ? values.slice(index).join("/") : (values[index] ?? "");
    return [[variable[1], decodeURIComponent(value)]];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
};

const encodeBody = (body: unknown): { body?: string; isBase64Encoded: boolean; contentType?: string } => {
  if (body === undefined) return { isBase64Encoded: false };
  if (Buffer.isBuffer(body)) return { body: body.toString("base64"), isBase64Encoded: true };
  if (typeof body === "string") return { body, isBase64Encoded: false };
  return { body: JSON.stringify(body), isBase64Encoded: false, contentType: "application/json" };
};

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const joinRepeated = (rawQuery: string): Record<string, string> | undefined => {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  }
  return rawQuery === "" ? undefined : joined;
};

/** `15/Jan/2026:12:00:00 +0000`. */
const clfTime = (time: number): string => {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
};

/**
 * An HTTP API event, payload 2.0: `httpEvent("POST /v1/links?dry=1", { body: { url } })`.
 * Query, cookies, path parameters and route key are derived from the request line and agree with each other.
 */
export const httpEvent = (requestLine: string, options: HttpEventOptions = {}): HttpEvent => {
  const { route, caller, cookies, sourceIp = "203.0.113.7", time = EVENT_TIME } = options;
  const [method = "GET", target = "/"] = requestLine.split(" ");
  const [rawPath = "/", rawQueryString = ""] = target.split("?");
  const routeKey = route ?? `${method} ${rawPath}`;
  const { contentType, ...body } = encodeBody(options.body);
  const headers = {
    host: `api.execute-api.${REGION}.amazonaws.com`,
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ...(contentType !== undefined && { "content-type": contentType }),
    ...lowerCase(options.headers ?? {}),
  };
  const parameters = pathParameters(routeKey.split(" ")[1] ?? "", rawPath);
  const query = joinRepeated(rawQueryString);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies !== undefined && { cookies: [...cookies] }),
    headers,
    ...(query !== undefined && { queryStringParameters: query }),
    ...(parameters !== undefined && { pathParameters: parameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: "api",
      ...(caller !== undefined && { authorizer: authorizerOf(caller) }),
      domainName: headers.host,
      domainPrefix: "api",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp, userAgent: headers["user-agent"] },
      requestId: digest([requestLine, options.body ?? null], 16),
      routeKey,
      stage: "$default",
      time: clfTime(time),
      timeEpoch: time,
    },
    ...body,
  };
};

/** The event of a Lambda authorizer (payload 2.0) for the same request. */
export const authorizerEvent = (
  requestLine: string,
  options: HttpEventOptions & { identitySource: readonly string[] },
): APIGatewayRequestAuthorizerEventV2 => {
  const event = httpEvent(requestLine, options);
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...rest } = event;
  const routeArn = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api/$default/${event.requestContext.http.method}${event.rawPath}`;
  return {
    ...rest,
    type: "REQUEST",
    routeArn,
    identitySource: [...options.identitySource],
  } as APIGatewayRequestAuthorizerEventV2; // optional maps are absent as on AWS
};
