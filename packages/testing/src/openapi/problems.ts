// Which problems a route may answer with: its own, and those that follow from what it accepts.
import type { Api, ApiRoute, Codes } from "./api.ts";
import { type Json, ref, type Render } from "./schemas.ts";

export type AnyApi = Api<Codes>;

const OF_BODIES = ["malformed-json", "body-too-large", "unsupported-media-type", "validation-failed"];
const OF_KEYS = ["invalid-header", "idempotency-in-progress", "idempotency-key-reused"];
const OUTAGES = ["internal", "dependency-unavailable"];

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  unauthenticated: ["WWW-Authenticate"],
  "idempotency-in-progress": ["Retry-After"],
  "rate-limited": ["Retry-After", "RateLimit", "RateLimit-Policy"],
  "dependency-unavailable": ["Retry-After"],
};

/** Statuses of API Gateway's own answers: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html */
const gatewayStatuses = ({ security }: ApiRoute): readonly number[] =>
  security === undefined ? [429, 500, 503] : [401, 403, 429, 500, 503];

const hasScheme = ({ security = {} }: ApiRoute, scheme: string): boolean =>
  typeof security === "string" ? security === scheme : Object.values(security).includes(scheme as never);

const impliedCodes = (route: ApiRoute): readonly string[] => {
  if (route.bare) return [];
  const { query, path, group, scopes, body, idempotencyKey, ifMatch } = route;
  return [
    ...(query === "any" ? [] : ["invalid-query"]),
    ...(hasScheme(route, "users") ? ["unauthenticated"] : []),
    ...(path === undefined ? [] : ["not-found"]),
    ...(group === undefined && scopes === undefined ? [] : ["forbidden-role"]),
    ...(body === undefined ? [] : OF_BODIES),
    ...(idempotencyKey === undefined ? [] : OF_KEYS),
    ...(idempotencyKey === "required" ? ["idempotency-key-missing"] : []),
    ...(ifMatch === undefined ? [] : ["invalid-header", "etag-mismatch"]),
    ...(ifMatch === "required" ? ["if-match-required"] : []),
  ];
};

const statusOf = ({ codes, title }: AnyApi, code: string): number => {
  const meaning = codes[code];
  if (meaning === undefined) throw new Error(`${title} has no code ${code} in its table`);
  return typeof meaning === "number" ? meaning : meaning.status;
};

export const headersDoc = (names: Iterable<string>): Json => {
  const documented = [...new Set(names)].map((name) => [name, { schema: { type: "string" } }]);
  return documented.length === 0 ? {} : { headers: Object.fromEntries(documented) };
};

const problemSchema = ({ problemMembers = {} }: AnyApi, codes: readonly string[], render: Render): Json => {
  const members = codes.flatMap((code) => {
    const schema = problemMembers[code];
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word
    return schema === undefined ? [] : [{ if: { properties: { code: { const: code } } }, then: render(schema) }];
  });
  const known = [ref("Problem"), { properties: { code: { enum: codes } } }];
  return { allOf: [...known, ...members], unevaluatedProperties: false };
};

const GATEWAY: Json = { "application/json": { schema: ref("GatewayError") } };

/** The responses that are problems, or API Gateway's own, by status. */
export const problemResponses = (api: AnyApi, route: ApiRoute, render: Render): Readonly<Record<string, Json>> => {
  const codes = new Set([...(route.problems ?? []), ...impliedCodes(route), ...OUTAGES]);
  const byStatus = Map.groupBy(codes, (code) => statusOf(api, code));
  const gateway = gatewayStatuses(route);
  const statuses = [...new Set([...byStatus.keys(), ...gateway])].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const own = (byStatus.get(status) ?? []).toSorted();
      const problem = { "application/problem+json": { schema: problemSchema(api, own, render) } };
      const headers = own.flatMap((code) => HEADERS[code] ?? (status === 429 ? ["Retry-After"] : []));
      const response = {
        description: [...own, ...(gateway.includes(status) ? ["API Gateway's own"] : [])].join(", "),
        ...headersDoc(route.idempotencyKey === undefined ? headers : [...headers, "Idempotency-Replayed"]),
        content: { ...(own.length > 0 && problem), ...(gateway.includes(status) && GATEWAY) },
      };
      return [String(status), response];
    }),
  );
};
