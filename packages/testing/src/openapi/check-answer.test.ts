import { expect, test } from "@jest/globals";
import * as v from "valibot";
import type { HttpResult } from "../http-client.ts";
import { openApi } from "../openapi.ts";
import { answerChecker } from "./check-answer.ts";
import type { Document } from "./routes.ts";

const codes = { "invalid-query": 400, unauthenticated: 401, "not-found": 404, "sold-out": 409, internal: 500, "dependency-unavailable": 503 } as const; // prettier-ignore
const Thing = v.strictObject({ id: v.string(), at: v.pipe(v.string(), v.isoTimestamp()) });
const document = openApi({
  title: "things",
  description: "",
  codes,
  schemas: { Thing },
  problemMembers: { "sold-out": v.object({ left: v.number() }) },
  routes: {
    "GET /v1/things/{id}": {
      id: "getThing",
      summary: "One",
      security: { "/": "users", "/m": "apiKey" },
      answers: {
        200: { description: "It", body: Thing, headers: ["ETag"] },
        302: { description: "Elsewhere", headers: ["Location"] },
      },
      problems: ["not-found", "sold-out"],
    },
    "GET /v1/things/newest": { id: "newest", summary: "The newest", answers: { 204: { description: "None" } } },
  },
});
const check = answerChecker(document as unknown as Document);

const HEADERS = {
  "x-request-id": "r-1",
  "x-content-type-options": "nosniff",
  "strict-transport-security": "max-age=31536000",
  "cache-control": "no-store",
};
const answer = (status: number, json?: unknown, headers: Record<string, string> = {}): HttpResult => {
  const text = json === undefined ? "" : JSON.stringify(json);
  const all = {
    ...HEADERS,
    "content-type": status < 400 ? "application/json" : "application/problem+json",
    ...headers,
  };
  return { status, headers: all, body: Buffer.from(text), text, json };
};
const problem = (status: number, code: string, more: object = {}): HttpResult =>
  answer(status, {
    type: `https://problems.example/${code}`,
    title: "T",
    status,
    code,
    instance: "urn:request:r-1",
    ...more,
  });
const gateway = (status: number, message: string): HttpResult => {
  const { headers, ...rest } = answer(status, { message });
  return { ...rest, headers: { "content-type": "application/json", date: headers["date"] ?? "" } };
};
const of = (found: HttpResult, path = "/v1/things/t1", method = "GET") => check({ method, path, answer: found });

const THING = { id: "t1", at: "2026-01-15T12:00:00.000Z" };

const onPaths = <Row extends readonly unknown[]>(rows: readonly (readonly [...Row, string?])[], length: number) =>
  rows.map((row) => (row.length === length ? [...row, "/v1/things/t1"] : row) as [...Row, string]);

test.each(
  onPaths<[string, HttpResult]>(
    [
      ["a body as the schema says", answer(200, THING, { ETag: "" })],
      ["the same under the other prefix", answer(200, THING), "/m/v1/things/t1?x=1"],
      ["304", answer(304)],
      ["an empty body that API Gateway calls text/plain", answer(302, undefined, { "content-type": "text/plain" })],
      ["a problem with its code", problem(404, "not-found", { detail: "There is none" })],
      ["a problem with the member of its code", problem(409, "sold-out", { left: 3 })],
      ["a bare 5xx", problem(500, "internal")],
      ["API Gateway's 401", gateway(401, "Unauthorized")],
      ["API Gateway's 500", gateway(500, "Internal Server Error")],
      ["API Gateway's 404 of a path without a route", gateway(404, "Not Found"), "/v2"],
      ["a literal before a variable", answer(204), "/v1/things/newest"],
    ],
    2,
  ),
)("%s is as documented", (_name, found, path) => {
  const { ETag: _, ...headers } = found.headers;
  expect(of({ ...found, headers }, path)).toEqual([]);
});

test.each(
  onPaths<[string, HttpResult, string]>(
    [
      ["an unknown member", answer(200, { ...THING, secret: 1 }), "additionalProperty"],
      ["a missing member", answer(200, { id: "t1" }), "must have required property 'at'"],
      ["a time that is none", answer(200, { ...THING, at: "today" }), 'must match format "date-time"'],
      ["another status", answer(202, THING), "the status 202 is not documented for GET /v1/things/{id}"],
      [
        "another type",
        answer(200, THING, { "content-type": "text/html" }),
        "the content type text/html is not documented",
      ],
      ["no body", answer(200), "the body is missing"],
      ["a header", answer(200, THING, { "x-powered-by": "x" }), "the header x-powered-by is not documented"],
      ["a function's answer without a route", answer(200, THING), "the document has no such route", "/v2"],
      ["a status of another route", answer(200, THING), "the status 200 is not", "/v1/things/newest"],
      [
        "API Gateway's 401 where anyone may",
        gateway(401, "Unauthorized"),
        "the status 401 is not",
        "/v1/things/newest",
      ],
      ["a code of another status", problem(404, "sold-out"), "must be equal to one of the allowed values"],
      ["a code of no table", problem(404, "lost"), "must be equal to one of the allowed values"],
      ["a problem without its type", problem(404, "not-found", { type: undefined }), "required property 'type'"],
      ["a member of no code", problem(404, "not-found", { table: "t" }), "unevaluatedProperty"],
      ["a member of another type", problem(409, "sold-out", { left: "3" }), "must be number"],
      ["another status inside", problem(404, "not-found", { status: 500 }), "its problem has the status 500"],
      ["another request's id", problem(404, "not-found", { instance: "urn:request:r-2" }), "names another request"],
      ["a type of another code", problem(404, "not-found", { type: "https://p.example/gone" }), "type and code"],
      [
        "words of AWS",
        problem(404, "not-found", { detail: "DynamoDB: ResourceNotFoundException" }),
        "tells of the inside",
      ],
      [
        "a detail in a 5xx",
        problem(500, "internal", { detail: "it broke" }),
        "its problem has detail, which a 5xx must not",
      ],
    ],
    3,
  ),
)("%s is refused", (_name, found, message, path) => {
  expect(of(found, path).join("\n")).toContain(message);
});

test.each(["x-request-id", "x-content-type-options", "strict-transport-security", "cache-control"])(
  "an answer without %s is refused",
  (name) => {
    const { [name]: _, ...headers } = answer(404).headers;
    const lost = { ...problem(404, "not-found"), headers };
    expect(of(lost)).toContain(`the header ${name} is missing`);
  },
);

test("a problem that may be cached is refused", () => {
  const found = problem(404, "not-found");
  expect(of({ ...found, headers: { ...found.headers, "cache-control": "max-age=9" } })).toEqual([
    "its problem may be cached",
  ]);
});

test("HEAD has no body to look at", () => {
  expect(of(answer(200), "/v1/things/t1", "HEAD")).toEqual(["the document has no such route"]);
});
