// An operation of the OpenAPI document: its parameters, its body, and everything that it may answer.
import type { Answer, ApiRoute, Schema } from "./api.ts";
import { type AnyApi, headersDoc, problemResponses } from "./problems.ts";
import type { Json, Render } from "./schemas.ts";

type Responses = Readonly<Record<string, Json>>;

const TEXT: Json = { type: "string" };

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

const objectOf = (schema: Schema | "any" | undefined, render: Render): ObjectSchema =>
  schema === undefined || schema === "any" ? {} : render(schema); // schemas of parameters are objects

const pathParameters = (path: string, schema: Schema | undefined, render: Render): readonly Json[] => {
  const { properties = {} } = objectOf(schema, render);
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? TEXT,
  }));
};

const queryParameters = (schema: ApiRoute["query"], render: Render): readonly Json[] => {
  const { properties = {}, required = [] } = objectOf(schema, render);
  return Object.entries(properties).map(([name, type]) => ({
    name,
    in: "query",
    ...(required.includes(name) && { required: true }),
    schema: type,
  }));
};

const hasTag = ({ headers = [] }: Answer): boolean => headers.includes("ETag");

const header = (name: string, need?: string): readonly Json[] =>
  need === undefined ? [] : [{ name, in: "header", required: need === "required", schema: TEXT }];

const headerParameters = ({ idempotencyKey, ifMatch, answers }: ApiRoute): readonly Json[] => {
  const tagged = answers[200] !== undefined && hasTag(answers[200]) && ifMatch === undefined;
  return [
    ...header("Idempotency-Key", idempotencyKey),
    ...header("If-Match", ifMatch),
    ...header("If-None-Match", tagged ? "optional" : undefined),
  ];
};

const content = ({ body, type = body && "application/json" }: Pick<Answer, "body" | "type">, render: Render): Json => {
  if (type === undefined) return {};
  const media = body === undefined ? {} : { schema: render(body) };
  return { content: Object.fromEntries([type].flat().map((each) => [each, media])) };
};

const requestBody = ({ body, bodyType }: ApiRoute, method: string, render: Render): Json => {
  if (body === undefined) return {};
  const json = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const type = bodyType === "form" ? "application/x-www-form-urlencoded" : json;
  return { requestBody: { required: true, ...content({ body, type }, render) } };
};

const ownResponses = ({ answers, idempotencyKey }: ApiRoute, method: string, render: Render): Responses => {
  const replayed = idempotencyKey === undefined ? [] : ["Idempotency-Replayed"];
  const given = Object.entries(answers).map(([status, each]) => {
    const headers = headersDoc([...(each.headers ?? []), ...replayed]);
    return [status, { description: each.description, ...headers, ...content(each, render) }] as const;
  });
  const { 200: found } = answers;
  const unchanged = method === "GET" && found !== undefined && hasTag(found);
  const kept = unchanged && { 304: { description: "Unchanged", ...headersDoc(found.headers ?? []) } };
  return { ...Object.fromEntries(given), ...kept };
};

const securityOf = ({ security, group, scopes }: ApiRoute): Json => {
  if (security === undefined) return {};
  const ways = typeof security === "string" ? { "/": security } : security;
  const servers = Object.entries(ways).map(([url, scheme]) => ({ url, description: `With ${scheme}` }));
  return {
    ...(typeof security !== "string" && { servers }),
    security: Object.values(ways).map((scheme) => ({ [scheme]: [] })),
    ...(group !== undefined && { "x-group": group }),
    ...(scopes !== undefined && { "x-scopes": scopes }),
  };
};

const both = (a: unknown, b: unknown): Json => ({ ...(a as Json), ...(b as Json) }); // parts of responses are objects

/** A status may stand for an answer and for problems: a wrong password is a page with 401. */
const merged = (answers: Responses, problems: Responses): Responses => {
  const shared = Object.entries(answers).flatMap(([status, answer]) => {
    const problem = problems[status];
    if (problem === undefined) return [];
    const headers = both(answer["headers"], problem["headers"]);
    const description = `${String(answer["description"])}; or ${String(problem["description"])}`;
    return [[status, { description, headers, content: both(answer["content"], problem["content"]) }] as const];
  });
  return { ...answers, ...problems, ...Object.fromEntries(shared) };
};

/** One operation of the document; `key` as in the template: `GET /v1/links/{code}`. */
export const operation = (api: AnyApi, key: string, route: ApiRoute, render: Render): Json => {
  const [method = "", path = ""] = key.split(" ");
  const { path: pathSchema, query, id, summary } = route;
  return {
    operationId: id,
    summary,
    ...securityOf(route),
    parameters: [
      ...pathParameters(path, pathSchema, render),
      ...queryParameters(query, render),
      ...headerParameters(route),
    ],
    ...requestBody(route, method, render),
    responses: merged(ownResponses(route, method, render), problemResponses(api, route, render)),
  };
};
