// The admin API under /_warmstart/v1: JSON, loopback only, for the CLI, the test kit and a later console.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../gateway/aws-error.ts";
import type { NodeHandler } from "../gateway/gateway.ts";
import { toAwsRequest } from "../gateway/request.ts";
import { respond } from "../gateway/respond.ts";
import type { AwsRequest, AwsResponse } from "../gateway/service.ts";

export interface AdminCall {
  readonly query: URLSearchParams;
  /** The path's variable part, when the route has one. */
  readonly name: string;
  readonly body: unknown;
}

/** Routes by `METHOD /path` below /_warmstart/v1; a path may end in `/{name}`. */
export type AdminRoutes = Readonly<Record<string, (call: AdminCall) => unknown>>;

const problem = (status: number, title: string, detail: string): AwsResponse => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title, status, detail }),
});

/** A page of another origin may not drive the cloud, even though it runs on this machine. */
const isForeign = (origin: string | undefined): boolean =>
  origin !== undefined && !/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);

const find = (
  routes: AdminRoutes,
  method: string,
  path: string,
): { run: AdminRoutes[string]; name: string } | undefined => {
  const exact = routes[`${method} ${path}`];
  if (exact !== undefined) return { run: exact, name: "" };
  const slash = path.lastIndexOf("/");
  const named = routes[`${method} ${path.slice(0, slash)}/{name}`];
  return named && { run: named, name: decodeURIComponent(path.slice(slash + 1)) };
};

const answer = async (routes: AdminRoutes, request: AwsRequest): Promise<AwsResponse> => {
  if (isForeign(request.headers["origin"])) return problem(403, "Forbidden", "Requests of other origins are refused");
  const path = request.path.replace("/_warmstart/v1", "");
  try {
    const route = find(routes, request.method, path);
    if (route === undefined) return problem(404, "Not Found", `${request.method} ${path} is no route of the admin API`);
    const text = (await request.body()).toString("utf8");
    const body: unknown = text === "" ? {} : JSON.parse(text);
    const result = await route.run({ query: request.query, name: route.name, body });
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result ?? {}) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof AwsError ? problem(error.status, error.code, message) : problem(400, "Failed", message);
  }
};

export const createAdmin =
  (routes: AdminRoutes): NodeHandler =>
  async (request: IncomingMessage, response: ServerResponse) =>
    respond(response, await answer(routes, toAwsRequest(request)));
