import { expect, test } from "@jest/globals";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "../app.ts";
import type { HttpResult } from "../http-client.ts";
import { openApi } from "../openapi.ts";
import { expectOpenApi } from "./expect-open-api.ts";

const codes = { "invalid-query": 400, unauthenticated: 401, internal: 500, "dependency-unavailable": 503 } as const;
const empty = { id: "a", summary: "", answers: { 204: { description: "" } } };
const documentOf = (security: "users" | "iam") =>
  openApi({ title: "things", description: "", codes, schemas: {}, routes: { "GET /v1/a": { ...empty, security } } });

const answer = (status: number, text: string, headers: Record<string, string>): HttpResult => ({
  status,
  headers,
  body: Buffer.from(text),
  text,
  json: text === "" ? undefined : (JSON.parse(text) as unknown),
});

/** A service with this document in its folder, these routes in its template, and `served` at /openapi.json. */
const withService = async (
  { kept, routes, served = kept, caching = "max-age=300" }: { kept: object; routes: Record<string, string>; served?: object; caching?: string }, // prettier-ignore
  run: (app: App) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "openapi-test-"));
  mkdirSync(join(folder, ".serverless"));
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(kept));
  const Resources = Object.fromEntries(
    Object.entries(routes).map(([RouteKey, AuthorizationType], index) => [
      `Route${index}`,
      { Type: "AWS::ApiGatewayV2::Route", Properties: { RouteKey, AuthorizationType } },
    ]),
  );
  const template = join(folder, ".serverless/cloudformation-template-update-stack.json");
  writeFileSync(template, JSON.stringify({ Resources }));
  const get = async (_path: string, request?: { headers?: Readonly<Record<string, string>> }) =>
    request?.headers?.["if-none-match"] === '"t"'
      ? answer(304, "", {})
      : answer(200, JSON.stringify(served), { etag: '"t"', "cache-control": caching });
  try {
    await run({ service: "things", folder, http: { get } } as unknown as App);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const routes = { "GET /v1/a": "JWT", "GET /openapi.json": "NONE" };
const kept = documentOf("users");

test("a document that the schemas give, the template routes and the API serves passes", () =>
  withService({ kept, routes }, (app) => expectOpenApi(app, kept)));

test.each([
  ["a route without a document", { kept, routes: { ...routes, "GET /v1/b": "JWT" } }, "the document has no route GET /v1/b with users"], // prettier-ignore
  ["a documented route that is none", { kept, routes: { "GET /openapi.json": "NONE" } }, "the template has no route GET /v1/a with users"], // prettier-ignore
  ["an open door", { kept, routes: { ...routes, "GET /v1/a": "NONE" } }, "the document has no route GET /v1/a for anyone"], // prettier-ignore
  ["another door", { kept: documentOf("iam"), routes }, "openapi.json is not what the schemas give for /v1/a"],
  ["another document served", { kept, routes, served: {} }, "what is served is another document"],
  ["no caching", { kept, routes, caching: "no-store" }, "cache-control no-store"],
])("%s is named", async (_name, service, message) => {
  await withService(service, async (app) => expect(expectOpenApi(app, kept)).rejects.toThrow(message));
});
