// Which route answers: exact before variable before greedy before $default; for one path the method before ANY.

export interface Matched<Route> {
  readonly route: Route;
  /** Decoded once. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type Router<Route> = (method: string, path: string) => Matched<Route> | undefined;

interface Segment {
  readonly kind: "literal" | "variable" | "greedy";
  readonly name: string;
}

interface Entry<Route> {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly Segment[];
}

const RANK = { literal: 0, variable: 1, greedy: 2 } as const;

const parseSegment = (text: string): Segment => {
  const [, name, greedy] = /^\{([\w.:-]+)(\+)?\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: "literal", name: text };
  return { kind: greedy === undefined ? "variable" : "greedy", name };
};

const segmentsOf = (path: string): readonly string[] => path.slice(1).split("/");

/** Undefined for a key that API Gateway refuses: a variable is a whole segment, a greedy one the last. */
export const parseRouteKey = (key: string): { method: string; segments: readonly Segment[] } | undefined => {
  const [, method, path] = /^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/\S*)$/.exec(key) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const segments = segmentsOf(path).map(parseSegment);
  const names = segments.filter(({ kind }) => kind !== "literal").map(({ name }) => name);
  const wrong =
    segments.some(({ kind, name }) => kind === "literal" && /[{}]/.test(name)) ||
    segments.slice(0, -1).some(({ kind }) => kind === "greedy") ||
    new Set(names).size < names.length;
  return wrong ? undefined : { method, segments };
};

const bySpecificity = (a: Entry<unknown>, b: Entry<unknown>): number => {
  for (let index = 0; index < Math.min(a.segments.length, b.segments.length); index++) {
    const difference = RANK[a.segments[index]?.kind ?? "literal"] - RANK[b.segments[index]?.kind ?? "literal"];
    if (difference !== 0) return difference;
  }
  // Routes of other lengths do not compete, but without an order among them there is none among their neighbours.
  return a.segments.length - b.segments.length || Number(a.method === "ANY") - Number(b.method === "ANY");
};

/** The text decoded once, or as it is when it cannot be. */
export const decodeOnce = (text: string): string => {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const matchSegments = (segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined => {
  const found: [string, string][] = [];
  const greedy = segments.at(-1)?.kind === "greedy";
  if (greedy ? path.length < segments.length : path.length !== segments.length) return undefined;
  for (const [index, { kind, name }] of segments.entries()) {
    const text = decodeOnce(kind === "greedy" ? path.slice(index).join("/") : (path[index] ?? ""));
    if (kind === "literal" ? text !== name : text === "") return undefined;
    if (kind !== "literal") found.push([name, text]);
  }
  return Object.fromEntries(found);
};

/** Compiles the routes of an API; keys are `METHOD /path` or `$default`. */
export const createRouter = <Route extends { readonly RouteKey: string }>(routes: readonly Route[]): Router<Route> => {
  const entries = routes
    .flatMap((route) => {
      const parsed = parseRouteKey(route.RouteKey);
      return parsed === undefined ? [] : [{ ...parsed, route }];
    })
    .toSorted(bySpecificity);
  const fallback = routes.find(({ RouteKey }) => RouteKey === "$default");
  return (method, path) => {
    const segments = segmentsOf(path);
    for (const entry of entries) {
      if (entry.method !== method && entry.method !== "ANY") continue;
      const pathParameters = matchSegments(entry.segments, segments);
      if (pathParameters !== undefined) return { route: entry.route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
};
