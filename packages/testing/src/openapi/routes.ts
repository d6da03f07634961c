// Which operation of a document a request meets, as API Gateway picks its route: literals before variables.
import type { HttpResult } from "../http-client.ts";

export interface Header {
  readonly schema: object;
}

export interface Response {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly servers?: readonly { readonly url: string }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Readonly<Record<string, Response>>;
  readonly [more: string]: unknown;
}

/** A document of `openApi`'s, as far as it is read. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: object;
}

/** One way to an operation: its routes in the template. */
export interface Way {
  readonly method: string;
  /** With the prefix of its server. */
  readonly path: string;
  readonly scheme: string | undefined;
  readonly operation: Operation;
}

export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly answer: HttpResult;
}

/** All routes of the document, a route with two servers twice. */
export const waysOf = ({ paths }: Document): readonly Way[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const { servers = [{ url: "/" }], security = [] } = operation;
      return servers.map(({ url }, index) => ({
        method: method.toUpperCase(),
        path: url.replace(/\/$/, "") + path,
        scheme: Object.keys(security[index] ?? {})[0],
        operation,
      }));
    }),
  );

const isVariable = (segment: string): boolean => segment.startsWith("{");

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every((part, index) => (isVariable(part) ? segments[index] !== "" : part === segments[index]));

/** Sorts literals before variables, from the left. */
const rank = (path: string): string =>
  path
    .split("/")
    .map((part) => (isVariable(part) ? "1" : "0"))
    .join("");

/** Finds the route of a request among those of a document. */
export const routeFinder = (ways: readonly Way[]): ((method: string, path: string) => Way | undefined) => {
  const sorted = ways
    .map((way) => ({ way, template: way.path.split("/") }))
    .toSorted((a, b) => (rank(a.way.path) < rank(b.way.path) ? -1 : 1));
  return (method, path) => {
    const segments = (path.split("?")[0] ?? "").split("/");
    return sorted.find(({ way, template }) => way.method === method && fits(template, segments))?.way;
  };
};
