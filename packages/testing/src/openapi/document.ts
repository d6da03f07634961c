// The OpenAPI 3.1 document of a service, from the schemas that its routes check with.
import { writeFileSync } from "node:fs";
import type { Api, ApiRoute, Codes } from "./api.ts";
import { operation } from "./operation.ts";
import { components, type Json, renderWith } from "./schemas.ts";

const SCHEMES: Readonly<Record<string, Json>> = {
  users: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "An access token of the users' pool" },
  apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
  iam: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
};

const GATEWAY_NOTE =
  'Answers of API Gateway itself (no token, no route, throttled, failed) are its own: {"message": …}.';

const OPEN_API: ApiRoute = {
  id: "openApi",
  summary: "This document",
  answers: { 200: { description: "OpenAPI 3.1", type: "application/json", headers: ["ETag"] } },
};

const schemesOf = (routes: readonly ApiRoute[]): Json => {
  const used = new Set(
    routes.flatMap(({ security = {} }) => (typeof security === "string" ? [security] : Object.values(security))),
  );
  const known = Object.entries(SCHEMES).filter(([name]) => used.has(name as never));
  return known.length === 0 ? {} : { securitySchemes: Object.fromEntries(known) };
};

/** The document, with the route that serves it. A code that the table lacks, or a schema that JSON cannot say, throws. */
export const openApi = <const Table extends Codes>(api: Api<Table>): Json => {
  const { title, description, schemas } = api;
  const routes: readonly (readonly [string, ApiRoute])[] = [
    ...Object.entries<ApiRoute>(api.routes),
    ["GET /openapi.json", OPEN_API],
  ];
  const render = renderWith(schemas);
  const paths = Map.groupBy(routes, ([key]) => key.split(" ")[1] ?? "");
  return {
    openapi: "3.1.0",
    info: { title, version: "1.0.0", description: `${description} ${GATEWAY_NOTE}` },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(
      [...paths].map(([path, each]) => [
        path,
        Object.fromEntries(
          each.map(([key, route]) => [key.split(" ")[0]?.toLowerCase() ?? "", operation(api, key, route, render)]),
        ),
      ]),
    ),
    components: { ...schemesOf(routes.map(([, route]) => route)), schemas: components(schemas) },
  };
};

/** Writes `openapi.json` into the folder of a service; `folder` ends in a slash. */
export const writeOpenApi = (folder: URL, document: Json): void =>
  writeFileSync(new URL("openapi.json", folder), `${JSON.stringify(document, undefined, 2)}\n`);
