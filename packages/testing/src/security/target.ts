// A service as its attackers see it: the routes of its document, and requests to them that would be right.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app.ts";
import type { HttpRequest, HttpResult } from "../http-client.ts";
import { type Document, type Operation, type Way, waysOf } from "../openapi/routes.ts";
import { sampleOf } from "./sample.ts";

export interface Target {
  readonly app: App;
  /** Values of path variables by name: `{ id: order.id }`; default a text that the schema allows. */
  readonly path?: Readonly<Record<string, string>>;
  /** Right bodies by operationId, where one that fits the schema is not enough. */
  readonly bodies?: Readonly<Record<string, unknown>>;
}

type Headers = Readonly<Record<string, string>>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: object;
}

interface RequestBody {
  readonly content: Readonly<Record<string, { readonly schema?: object }>>;
}

/** A route with what the document says of it. */
export interface Route extends Way {
  readonly id: string;
  readonly group: string | undefined;
  readonly parameters: readonly Parameter[];
  /** Of a JSON body, with its references resolved. */
  readonly bodyType: string | undefined;
  readonly bodySchema: object | undefined;
  readonly document: Document;
}

const bodyOf = ({ requestBody }: Operation): { bodyType?: string; bodySchema?: object } => {
  const [entry] = Object.entries((requestBody as RequestBody | undefined)?.content ?? {}); // as the generator writes it
  if (entry === undefined) return {};
  const [bodyType, { schema = {} }] = entry;
  return { bodyType, bodySchema: schema };
};

/** The routes of a service, by its openapi.json. */
export const routesOf = ({ folder, service }: App): readonly Route[] => {
  const file = join(folder, "openapi.json");
  if (!existsSync(file)) throw new Error(`${service} has no openapi.json, so nobody knows its routes`);
  const document = JSON.parse(readFileSync(file, "utf8")) as Document; // the generator wrote it
  return waysOf(document).map((way) => {
    const { bodyType, bodySchema } = bodyOf(way.operation);
    return {
      ...way,
      document,
      id: way.operation.operationId,
      group: way.operation["x-group"] as string | undefined, // as the generator writes it, like the next
      parameters: (way.operation["parameters"] ?? []) as readonly Parameter[],
      bodyType,
      bodySchema,
    };
  });
};

/** The path with its variables filled in. */
export const pathOf = ({ path, parameters, document }: Route, values: Target["path"] = {}): string =>
  path.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const schema = parameters.find((each) => each.in === "path" && each.name === name)?.schema ?? {};
    return encodeURIComponent(values[name] ?? String(sampleOf(schema, document)));
  });

/** A body that the route's schema takes, or undefined when it takes none. */
export const sampleBody = ({ id, bodySchema, document }: Route, bodies: Target["bodies"] = {}): unknown =>
  id in bodies ? bodies[id] : bodySchema && sampleOf(bodySchema, document);

const METHODS = { GET: "get", HEAD: "head", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

export interface Attempt {
  readonly headers?: Headers;
  readonly path?: string;
  readonly body?: unknown;
}

const hasHeader = ({ parameters }: Route, header: string): boolean =>
  parameters.some(({ name, in: where }) => where === "header" && name === header);

/** Told in confidence with every request, so that a log line which repeats them is found. */
const PLANTED: Headers = { cookie: "session=planted-by-the-kit", "x-forwarded-for": "203.0.113.7" };

/** What a right request to the route carries beside its credentials. */
const rightHeaders = (route: Route): Headers => ({
  ...PLANTED,
  ...(route.bodyType !== undefined && { "content-type": route.bodyType }),
  ...(hasHeader(route, "If-Match") && { "if-match": '"v1"' }),
  ...(hasHeader(route, "Idempotency-Key") && { "idempotency-key": "key-of-the-kit" }),
});

/** Sends a request to the route, signed where it asks for IAM. */
export const attempt = (
  { app, path: values, bodies }: Target,
  route: Route,
  { headers = {}, ...given }: Attempt,
): Promise<HttpResult> => {
  const body = "body" in given ? given.body : sampleBody(route, bodies);
  const { authorization: _token, ...unsigned } = headers;
  const isSigned = route.scheme === "iam";
  const request: HttpRequest = {
    headers: { ...rightHeaders(route), ...(isSigned ? unsigned : headers) },
    ...(body !== undefined && { body }),
    ...(isSigned && { sign: { service: "execute-api" } }),
  };
  const method = METHODS[route.method as keyof typeof METHODS]; // a document has no others
  return app.http[method](given.path ?? pathOf(route, values), request);
};

/** `POST /v1/orders` */
export const nameOf = ({ method, path }: Way): string => `${method} ${path}`;

/** One error that names all that is wrong. */
export const throwAll = (title: string, problems: readonly string[]): void => {
  if (problems.length > 0) throw new Error(`${title}:\n${problems.join("\n")}`);
};
