// The OpenAPI 3.1 document of the service, from the schemas that its routes check with.
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { LinkPatch, LinkView, ListQuery, NewLink } from "../src/link-schemas.ts";
import { QrQuery } from "../src/qr-code.ts";
import { StatsQuery, StatsView } from "../src/stats.ts";
import { Batch, BatchResults, Form, type Json, LinkPage, Problem, ref } from "./openapi-schemas.ts";

type Schema = v.GenericSchema;

interface Route {
  readonly method: "get" | "head" | "post" | "patch" | "delete";
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** The scope that an API key needs; without one the route is public. */
  readonly scope?: string;
  readonly query?: Schema;
  readonly headers?: readonly string[];
  readonly body?: { readonly type: string; readonly schema: Json };
  readonly success: Readonly<
    Record<number, { readonly description: string; readonly type?: string; readonly schema?: Json }>
  >;
  /** Problem codes by status. */
  readonly problems: Readonly<Record<number, readonly string[]>>;
}

const json = (schema: Schema): Json => {
  const { $schema: _, ...rest } = toJsonSchema(schema, { target: "draft-2020-12" });
  return rest;
};

const gone = ["link-deleted", "link-disabled", "link-expired", "link-used-up"];
const outage = { 500: ["internal"], 503: ["dependency-unavailable"] };
const own = { 403: ["forbidden-role"], 404: ["not-found"], ...outage };
const write = {
  400: ["malformed-json"],
  413: ["body-too-large"],
  415: ["unsupported-media-type"],
  422: ["validation-failed", "unsafe-url"],
};
const keyed = { 409: ["idempotency-in-progress"], 422: ["validation-failed", "unsafe-url", "idempotency-key-reused"] };
const matched = { 412: ["etag-mismatch"], 428: ["if-match-required"] };
const JSON_TYPE = "application/json";

const ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/{code}",
    id: "redirect",
    summary: "Follows a short link",
    success: { 302: { description: "To the target, or to the page of the link" } },
    problems: { 404: ["not-found"], 410: gone, ...outage },
  },
  {
    method: "head",
    path: "/{code}",
    id: "redirectHead",
    summary: "As GET; never counted, uses nothing up",
    success: { 302: { description: "As GET" } },
    problems: { 404: ["not-found"], 410: gone, ...outage },
  },
  {
    method: "get",
    path: "/{code}/qr.svg",
    id: "qrCode",
    summary: "A QR code of the short link",
    query: QrQuery,
    success: { 200: { description: "The code", type: "image/svg+xml" } },
    problems: { 400: ["invalid-query"], 404: ["not-found"], 410: gone, ...outage },
  },
  {
    method: "get",
    path: "/p/{code}",
    id: "showPage",
    summary: "Where a link leads, and the form for its password",
    success: { 200: { description: "The page", type: "text/html" } },
    problems: { 404: ["not-found"], 410: gone, ...outage },
  },
  {
    method: "post",
    path: "/p/{code}",
    id: "submitPage",
    summary: "Follows a link from its page",
    body: { type: "application/x-www-form-urlencoded", schema: Form },
    success: {
      303: { description: "To the target" },
      401: { description: "The page again: the password is wrong", type: "text/html" },
    },
    problems: {
      404: ["not-found"],
      410: gone,
      413: ["body-too-large"],
      415: ["unsupported-media-type"],
      422: ["validation-failed"],
      429: ["rate-limited"],
      ...outage,
    },
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "openApi",
    summary: "This document",
    success: { 200: { description: "OpenAPI 3.1", type: JSON_TYPE } },
    problems: { 400: ["invalid-query"], ...outage },
  },
  {
    method: "post",
    path: "/v1/links",
    id: "createLink",
    summary: "Creates a link",
    scope: "links:write",
    headers: ["Idempotency-Key"],
    body: { type: JSON_TYPE, schema: ref("NewLink") },
    success: { 201: { description: "The link", type: JSON_TYPE, schema: ref("Link") } },
    problems: {
      403: ["forbidden-role"],
      ...write,
      400: ["malformed-json", "invalid-query", "invalid-header"],
      ...keyed,
      409: ["slug-taken", "idempotency-in-progress"],
      429: ["rate-limited"],
      ...outage,
    },
  },
  {
    method: "post",
    path: "/v1/links/batch",
    id: "createLinks",
    summary: "Creates up to 100 links; each entry succeeds or fails alone, at most 10 may have a password",
    scope: "links:write",
    headers: ["Idempotency-Key"],
    body: { type: JSON_TYPE, schema: ref("NewLinks") },
    success: { 200: { description: "One result per entry", type: JSON_TYPE, schema: ref("BatchResults") } },
    problems: {
      403: ["forbidden-role"],
      ...write,
      400: ["malformed-json", "invalid-query", "invalid-header"],
      ...keyed,
      422: ["validation-failed", "idempotency-key-reused"],
      429: ["rate-limited"],
      ...outage,
    },
  },
  {
    method: "get",
    path: "/v1/links",
    id: "listLinks",
    summary: "The owner's links, newest first",
    scope: "links:read",
    query: ListQuery,
    success: { 200: { description: "One page", type: JSON_TYPE, schema: ref("LinkPage") } },
    problems: { 400: ["invalid-query", "invalid-cursor"], 403: ["forbidden-role"], ...outage },
  },
  {
    method: "get",
    path: "/v1/links/{code}",
    id: "getLink",
    summary: "One link",
    scope: "links:read",
    headers: ["If-None-Match"],
    success: {
      200: { description: "The link", type: JSON_TYPE, schema: ref("Link") },
      304: { description: "Unchanged" },
    },
    problems: { 400: ["invalid-query"], ...own },
  },
  {
    method: "patch",
    path: "/v1/links/{code}",
    id: "updateLink",
    summary: "Changes a link; null removes a field",
    scope: "links:write",
    headers: ["If-Match"],
    body: { type: "application/merge-patch+json", schema: ref("LinkPatch") },
    success: { 200: { description: "The link", type: JSON_TYPE, schema: ref("Link") } },
    problems: { ...write, 400: ["malformed-json", "invalid-query", "invalid-header"], ...own, ...matched },
  },
  {
    method: "delete",
    path: "/v1/links/{code}",
    id: "removeLink",
    summary: "Deletes a link; its code stays taken for 90 days",
    scope: "links:write",
    headers: ["If-Match"],
    success: { 204: { description: "Deleted" } },
    problems: { 400: ["invalid-query", "invalid-header"], ...own, ...matched },
  },
  {
    method: "get",
    path: "/v1/links/{code}/stats",
    id: "linkStats",
    summary: "Clicks by hour or day, in UTC; late by some seconds",
    scope: "stats:read",
    query: StatsQuery,
    success: { 200: { description: "The statistics", type: JSON_TYPE, schema: ref("Stats") } },
    problems: { 400: ["invalid-query"], ...own },
  },
];

const queryParameters = (schema: Schema | undefined): readonly Json[] =>
  Object.entries((schema === undefined ? {} : (json(schema)["properties"] as Json)) ?? {}).map(([name, type]) => ({
    name,
    in: "query",
    schema: type,
  }));

const parameters = ({ path, query, headers = [] }: Route): readonly Json[] => [
  ...(path.includes("{code}") ? [{ name: "code", in: "path", required: true, schema: { type: "string" } }] : []),
  ...queryParameters(query),
  ...headers.map((name) => ({ name, in: "header", required: name === "If-Match", schema: { type: "string" } })),
];

const content = (type: string | undefined, schema: Json | undefined): Json =>
  type === undefined ? {} : { content: { [type]: schema === undefined ? {} : { schema } } };

const problem = (codes: readonly string[]): Json => ({
  description: codes.join(", "),
  ...content("application/problem+json", { allOf: [ref("Problem"), { properties: { code: { enum: codes } } }] }),
});

const gateway = (description: string): Json => ({ description, ...content(JSON_TYPE, ref("GatewayError")) });

const operation = (route: Route): Json => ({
  operationId: route.id,
  summary: route.summary,
  ...(route.scope !== undefined && { security: [{ apiKey: [] }], "x-scope": route.scope }),
  parameters: parameters(route),
  ...(route.body && { requestBody: { required: true, ...content(route.body.type, route.body.schema) } }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.success).map(([status, { description, type, schema }]) => [
        status,
        { description, ...content(type, schema) },
      ]),
    ),
    ...(route.scope !== undefined && { 401: gateway("No x-api-key, answered by API Gateway") }),
    ...Object.fromEntries(Object.entries(route.problems).map(([status, codes]) => [status, problem(codes)])),
  },
});

/** The document. Machines call `/v1` under the server `/m`, with an API key. */
export const openApi = (): Json => ({
  openapi: "3.1.0",
  info: {
    title: "url-shortener",
    version: "1.0.0",
    description:
      'Short links. API Gateway\'s own answers (no route, throttled, wrong key) are its own: {"message": …}.',
  },
  servers: [{ url: "/" }],
  paths: Object.fromEntries(
    [...Map.groupBy(ROUTES, ({ path }) => path)].map(([path, routes]) => [
      path,
      {
        ...(path.startsWith("/v1") && { servers: [{ url: "/m", description: "Machines, with x-api-key" }] }),
        ...Object.fromEntries(routes.map((route) => [route.method, operation(route)])),
      },
    ]),
  ),
  components: {
    securitySchemes: { apiKey: { type: "apiKey", in: "header", name: "x-api-key" } },
    schemas: {
      NewLink: json(NewLink),
      NewLinks: Batch,
      LinkPatch: json(LinkPatch),
      Link: json(LinkView),
      LinkPage,
      BatchResults,
      Stats: json(StatsView),
      Problem,
      GatewayError: { type: "object", properties: { message: { type: "string" } }, required: ["message"] },
    },
  },
});
