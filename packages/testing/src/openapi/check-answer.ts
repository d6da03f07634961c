// Holds the answers of a test run against the service's own document.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { HttpResult } from "../http-client.ts";
import { checkProblem } from "./check-problem.ts";
import { type Document, type Exchange, type Response, routeFinder, waysOf } from "./routes.ts";

/** The wrapper and API Gateway put them on whatever is answered. */
const ON_EVERY_ANSWER = ["x-request-id", "x-content-type-options", "strict-transport-security", "cache-control"];
const OF_HTTP = ["content-type", "content-length", "date", "connection", "keep-alive", "apigw-requestid"];
const OF_CORS = /^(?:access-control-|vary$)/;

/** API Gateway's own on any path: not understood, no route, too large. Others are documented with their routes. */
const GATEWAY_ANYWHERE = [400, 404, 413, 414, 431];

type Check = (exchange: Exchange) => readonly string[];

const mediaType = (type: string | undefined): string => (type?.split(";")[0] ?? "").trim().toLowerCase();

const isGateways = ({ headers, json }: HttpResult): boolean =>
  mediaType(headers["content-type"]) === "application/json" &&
  headers["x-request-id"] === undefined &&
  typeof json === "object" &&
  json !== null &&
  Object.keys(json).join() === "message";

const headerProblems = ({ headers }: HttpResult, documented: Response["headers"] = {}): readonly string[] => {
  const known = new Set([...ON_EVERY_ANSWER, ...OF_HTTP, ...Object.keys(documented).map((name) => name.toLowerCase())]);
  const unknown = Object.keys(headers).filter((name) => !known.has(name) && !OF_CORS.test(name));
  const missing = ON_EVERY_ANSWER.filter((name) => headers[name] === undefined);
  return [
    ...unknown.map((name) => `the header ${name} is not documented`),
    ...missing.map((name) => `the header ${name} is missing`),
  ];
};

const DOCUMENT = "openapi.json";

/** Compiles the schemas of one document, each when it is first met; what they refer to is compiled once for all. */
const bodyChecker = ({ components }: Document) => {
  const date = /^\d{4}-\d\d-\d\d$/;
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  const formats = { date, "date-time": moment };
  // Every test run would check the schemas themselves anew, for more than all its answers take.
  const trusted = { strict: false, validateSchema: false };
  const ajv = new Ajv2020({ ...trusted, unicodeRegExp: false, logger: false, allErrors: true, formats });
  ajv.addSchema({ $id: DOCUMENT, components });
  const compile = (text: string): ValidateFunction =>
    ajv.compile(JSON.parse(text.replaceAll('"$ref":"#/', `"$ref":"${DOCUMENT}#/`)) as object); // a schema as before
  const compiled = new Map<string, ValidateFunction>();
  return (schema: object, json: unknown): readonly string[] => {
    const text = JSON.stringify(schema);
    const validate = compiled.get(text) ?? compile(text);
    compiled.set(text, validate);
    if (validate(json)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `body ${instancePath} ${message ?? ""} ${JSON.stringify(params)}`;
    });
  };
};

const bodyProblems = (
  check: ReturnType<typeof bodyChecker>,
  { headers, body, json }: HttpResult,
  { content = {} }: Response,
): readonly string[] => {
  // API Gateway calls an empty body text/plain where the function names no type.
  if (body.length === 0) return Object.keys(content).length === 0 ? [] : ["the body is missing"];
  const type = mediaType(headers["content-type"]);
  const documented = Object.entries(content).find(([name]) => mediaType(name) === type)?.[1];
  if (documented === undefined) return [`the content type ${type || "(none)"} is not documented`];
  return documented.schema === undefined ? [] : check(documented.schema, json);
};

/** Gives the violations of one exchange, each as a sentence. */
export const answerChecker = (document: Document): Check => {
  const find = routeFinder(waysOf(document));
  const checkBody = bodyChecker(document);
  return ({ method, path, answer }) => {
    const { status } = answer;
    if (method === "OPTIONS") return [];
    const gateway = isGateways(answer);
    if (gateway && GATEWAY_ANYWHERE.includes(status)) return [];
    const way = find(method, path);
    if (way === undefined) return ["the document has no such route"];
    const response = way.operation.responses[String(status)];
    if (response === undefined) return [`the status ${status} is not documented for ${way.method} ${way.path}`];
    const body = method === "HEAD" ? [] : bodyProblems(checkBody, answer, response);
    if (gateway) return body;
    const isProblem = mediaType(answer.headers["content-type"]) === "application/problem+json" && method !== "HEAD";
    return [
      ...body,
      ...headerProblems(answer, response.headers),
      ...(isProblem && body.length === 0 ? checkProblem(answer) : []),
    ];
  };
};
