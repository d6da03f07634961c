// What holds for every problem of every service: RFC 9457, and nothing of the machinery behind it.
import type { HttpResult } from "../http-client.ts";

const OF_OUTAGES = ["type", "title", "status", "instance", "code"];

/** Words of AWS, of Node and of stacks, which no caller is to read. */
const INNER =
  /arn:aws|amazonaws|dynamodb|cognito|lambda|\bs3:|Exception\b|ConditionalCheck|TypeError|ReferenceError|node_modules|\bat .+:\d+:\d+|x-amz-|AccessDenied|not authorized to perform|UnknownError|ECONN/i;

interface Problem {
  readonly [member: string]: unknown;
  readonly errors?: readonly { readonly detail?: unknown }[];
}

const textsOf = ({ title, detail, errors = [] }: Problem): readonly string[] =>
  [title, detail, ...errors.map((each) => each.detail)].filter((text) => typeof text === "string");

/** What is wrong with a problem, beyond its schema. */
export const checkProblem = ({ status, headers, json, text }: HttpResult): readonly string[] => {
  const problem = json as Problem; // its schema was checked before
  const inner = (status >= 500 ? [text] : textsOf(problem)).flatMap((each) => INNER.exec(each)?.[0] ?? []);
  const more = status < 500 ? [] : Object.keys(problem).filter((name) => !OF_OUTAGES.includes(name));
  const { "x-request-id": requestId, "cache-control": caching, "idempotency-replayed": replayed } = headers;
  // The bytes of a replayed answer are those of the first request, its name too.
  const isOwn = replayed === "true" || problem["instance"] === `urn:request:${requestId}`;
  return [
    ...(problem["status"] === status ? [] : [`its problem has the status ${String(problem["status"])}`]),
    ...(String(problem["type"]).endsWith(`/${String(problem["code"])}`) ? [] : ["type and code of its problem differ"]),
    ...(isOwn ? [] : ["its problem names another request"]),
    ...(caching === "no-store" ? [] : ["its problem may be cached"]),
    ...inner.map((word) => `its problem tells of the inside: ${word}`),
    ...more.map((name) => `its problem has ${name}, which a 5xx must not`),
  ];
};
