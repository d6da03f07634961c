import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { type Api, openApi, pageOf } from "../openapi.ts";

const codes = { "malformed-json": 400, "invalid-query": 400, "invalid-header": 400, unauthenticated: 401, "forbidden-role": 403, "not-found": 404, "idempotency-in-progress": { status: 409, retryable: true }, "sold-out": 409, "etag-mismatch": 412, "body-too-large": 413, "unsupported-media-type": 415, "validation-failed": 422, "idempotency-key-reused": 422, "if-match-required": 428, internal: 500, "dependency-unavailable": 503 } as const; // prettier-ignore

const Thing = v.strictObject({ id: v.pipe(v.string(), v.brand("ThingId")), name: v.optional(v.string()) });
const api = {
  title: "things",
  description: "Things.",
  codes,
  schemas: { Thing },
  problemMembers: { "sold-out": v.object({ left: v.number() }) },
  routes: {
    "GET /v1/things": {
      id: "listThings",
      summary: "All",
      query: v.strictObject({ limit: v.optional(v.string()), kind: v.string() }),
      answers: { 200: { description: "One page", body: pageOf(Thing), headers: ["Link"] } },
    },
    "PATCH /v1/things/{id}": {
      id: "updateThing",
      summary: "Changes one",
      security: { "/": "users", "/m": "apiKey" },
      group: "staff",
      path: v.object({ id: v.pipe(v.string(), v.regex(/^t\d$/)) }),
      body: Thing,
      ifMatch: "required",
      idempotencyKey: "optional",
      answers: { 200: { description: "It", body: Thing, headers: ["ETag"] } },
      problems: ["sold-out"],
    },
    "GET /v1/things/{id}": {
      id: "getThing",
      summary: "One",
      answers: {
        200: { description: "It", body: Thing, headers: ["ETag"] },
        503: { description: "A page", type: "text/html" },
      },
    },
  },
} as const satisfies Api<typeof codes>;

// The document as deep plain JSON, looked into by path.
const at = (...path: readonly string[]): unknown => path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], openApi(api)); // prettier-ignore
const keys = (...path: readonly string[]): readonly string[] => Object.keys(at(...path) as object);

test("a schema with a name is written once, and referred to wherever it is used", () => {
  const list = at("paths", "/v1/things", "get", "responses", "200", "content", "application/json", "schema");
  expect(list).toMatchObject({ properties: { data: { items: { $ref: "#/components/schemas/Thing" } } } });
  expect(at("components", "schemas", "Thing")).toMatchObject({ required: ["id"], additionalProperties: false });
});

test("parameters come from the schemas of query and path, and from what the route asks of headers", () => {
  expect(at("paths", "/v1/things", "get", "parameters")).toEqual([
    { name: "limit", in: "query", schema: { type: "string" } },
    { name: "kind", in: "query", required: true, schema: { type: "string" } },
  ]);
  expect(at("paths", "/v1/things/{id}", "patch", "parameters")).toMatchObject([
    { name: "id", in: "path", required: true, schema: { pattern: String.raw`^t\d$` } },
    { name: "Idempotency-Key", in: "header", required: false },
    { name: "If-Match", in: "header", required: true },
  ]);
  expect(at("paths", "/v1/things/{id}", "get", "parameters")).toMatchObject([
    { name: "id" },
    { name: "If-None-Match" },
  ]);
});

test("a route's problems are its own and those that its shape brings", () => {
  expect(keys("paths", "/v1/things/{id}", "patch", "responses")).toEqual(
    ["200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "500", "503"], // prettier-ignore
  );
  const conflict = at("paths", "/v1/things/{id}", "patch", "responses", "409");
  expect(conflict).toMatchObject({
    description: "idempotency-in-progress, sold-out",
    headers: { "Retry-After": {}, "Idempotency-Replayed": {} },
    content: { "application/problem+json": { schema: { unevaluatedProperties: false } } },
  });
  expect(keys("paths", "/v1/things", "get", "responses")).toEqual(["200", "400", "429", "500", "503"]);
});

test("a PATCH is a merge patch, and two ways to a route are two servers, each with its scheme", () => {
  const route = at("paths", "/v1/things/{id}", "patch");
  expect(route).toMatchObject({
    requestBody: { content: { "application/merge-patch+json": {} } },
    servers: [{ url: "/" }, { url: "/m" }],
    security: [{ users: [] }, { apiKey: [] }],
    "x-group": "staff",
  });
  expect(keys("components", "securitySchemes")).toEqual(["users", "apiKey"]);
});

test("a tag brings the 304; a page beside a problem of the same status is documented with it", () => {
  expect(at("paths", "/v1/things/{id}", "get", "responses", "304")).toMatchObject({ headers: { ETag: {} } });
  expect(keys("paths", "/v1/things/{id}", "get", "responses", "503", "content")).toEqual(
    ["text/html", "application/problem+json", "application/json"], // prettier-ignore
  );
});

test("a code that the table lacks, and a schema that JSON cannot say, are refused by name", () => {
  const { "sold-out": _, ...others } = codes;
  expect(() => openApi({ ...api, codes: others } as unknown as Api<typeof codes>)).toThrow("no code sold-out");
  const schemas = { Thing: v.pipe(v.string(), v.transform(Number)) };
  expect(() => openApi({ ...api, schemas, routes: {} })).not.toThrow();
  expect(() => openApi({ ...api, schemas: { Thing: v.date() }, routes: {} })).toThrow("date");
});
