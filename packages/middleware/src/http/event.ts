// The event of an HTTP API, and what is read from it everywhere.
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from "aws-lambda";

/** What the authorizer of a route puts into the event; absent on public routes. */
export interface HttpAuthorizer {
  readonly jwt?: { readonly claims: Readonly<Record<string, unknown>>; readonly scopes?: readonly string[] | null };
  readonly lambda?: Readonly<Record<string, unknown>> | null;
  readonly iam?: { readonly userArn?: string; readonly accountId?: string; readonly callerId?: string };
}

/** A request of an HTTP API, payload format 2.0. */
export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: unknown }
>;

export const authorizerOf = (event: HttpEvent): HttpAuthorizer => event.requestContext.authorizer ?? {};

/** `POST /v1/links`; for the catch-all route, method and path as they came. */
export const routeOf = ({ routeKey, requestContext: { http } }: HttpEvent): string =>
  routeKey && routeKey !== "$default" ? routeKey : `${http.method} $default`;

/** Header names in lower case, as API Gateway sends them; hand-written events may differ. */
export const headersOf = (event: HttpEvent): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {};
  for (const name in event.headers) {
    const value = event.headers[name];
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
};

/** The client's `X-Request-Id` if it is harmless, else API Gateway's id. */
export const requestIdOf = (event: HttpEvent): string => {
  const sent = event.headers?.["x-request-id"];
  return sent && /^[\w-]{8,64}$/.test(sent) ? sent : event.requestContext.requestId;
};
