// CORS as the API does it by its own configuration; what the function says of it is dropped. (u)
import type { Answer } from "./answer.ts";
import type { HttpRequest } from "./read-request.ts";
import type { Cors } from "./schemas.ts";

const allowedOrigin = ({ AllowOrigins = [] }: Cors, origin: string): string | undefined => {
  if (AllowOrigins.includes("*")) return "*";
  const allowed = AllowOrigins.some((pattern) =>
    pattern.endsWith("://*") ? origin.startsWith(pattern.slice(0, -1)) : pattern === origin,
  );
  return allowed ? origin : undefined;
};

const list = (name: string, values: readonly string[] | undefined): [string, string][] =>
  values === undefined || values.length === 0 ? [] : [[name, values.join(",")]];

const originHeaders = (cors: Cors, origin: string | undefined): [string, string][] | undefined => {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return undefined;
  const credentials: [string, string][] = cors.AllowCredentials ? [["access-control-allow-credentials", "true"]] : [];
  return [["access-control-allow-origin", allowed], ...credentials];
};

/** The answer to a preflight request, which no route and no authorizer sees; undefined for any other request. */
export const preflight = (cors: Cors | undefined, { method, headers }: HttpRequest): Answer | undefined => {
  const { origin } = headers;
  const asked = headers["access-control-request-method"];
  if (cors === undefined || method !== "OPTIONS" || origin === undefined || asked === undefined) return undefined;
  const allowed = originHeaders(cors, origin);
  if (allowed === undefined) return { status: 204, headers: [], body: "" };
  const maxAge: [string, string][] = cors.MaxAge === undefined ? [] : [["access-control-max-age", String(cors.MaxAge)]];
  const rules = [
    ...list("access-control-allow-methods", cors.AllowMethods),
    ...list("access-control-allow-headers", cors.AllowHeaders),
    ...maxAge,
  ];
  return { status: 204, headers: [...allowed, ...rules], body: "" };
};

/** The answer with the API's CORS headers instead of the function's. */
export const withCors = (cors: Cors | undefined, answer: Answer, origin: string | undefined): Answer => {
  if (cors === undefined) return answer;
  const own = answer.headers.filter(([name]) => !name.startsWith("access-control-"));
  const allowed = originHeaders(cors, origin);
  const exposed = allowed === undefined ? [] : list("access-control-expose-headers", cors.ExposeHeaders);
  return { ...answer, headers: [...own, ...(allowed ?? []), ...exposed] };
};
