import { attempt, nameOf, routesOf, type Target, throwAll } from "./target.ts";

export interface ForeignTarget extends Target {
  /** Somebody else's objects, by the names of path variables. */
  readonly path: Readonly<Record<string, string>>;
  /** Credentials of who does not own them: `{ authorization: "Bearer …" }` for routes of people, `{ "x-api-key": … }` of machines. */
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the objects as their owner sees them, or from the table: equal before and after. */
  readonly read: () => Promise<unknown>;
  /** operationIds of routes that are public, or that others may use. */
  readonly except?: readonly string[];
}

/**
 * OWASP API 1: a stranger gets 404 for somebody else's objects on every route of their kind with a path variable (403
 * where a group is asked for), with right bodies and tags, and nothing is changed. Answers the routes that it tried.
 */
export const expectForeignObjectsHidden = async (target: ForeignTarget): Promise<readonly string[]> => {
  const { app, path, headers, read, except = [] } = target;
  const wrong: string[] = [];
  const before = JSON.stringify(await read());
  const scheme = "x-api-key" in headers ? "apiKey" : "users";
  const routes = routesOf(app).filter(
    (route) => route.scheme === scheme && route.path.includes("{") && !except.includes(route.id),
  );
  for (const route of routes) {
    const unnamed = [...route.path.matchAll(/\{(\w+)\}/g)].find(([, name = ""]) => !(name in path));
    if (unnamed !== undefined)
      throw new Error(`Give somebody else's ${unnamed[1] ?? ""} in path, for ${nameOf(route)}`);
    const { status } = await attempt(target, route, { headers });
    const hidden = route.group === undefined ? status === 404 : status === 403 || status === 404;
    if (!hidden) wrong.push(`${nameOf(route)} answered ${status}`);
    if (JSON.stringify(await read()) !== before) throw new Error(`${nameOf(route)} changed somebody else's object`);
  }
  throwAll(`${app.service} shows objects to strangers`, wrong);
  return routes.map(nameOf);
};
