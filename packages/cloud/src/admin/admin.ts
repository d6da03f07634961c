// The admin API under /_warmstart/v1: JSON, loopback only, for the CLI, the test kit and a later console.
import { AwsError } from "../gateway/aws-error.ts";
import type { NodeHandler } from "../gateway/gateway.ts";
import { toAwsRequest } from "../gateway/request.ts";
import { respond } from "../gateway/respond.ts";
import type { AwsRequest, AwsResponse } from "../gateway/service.ts";
import type { Feed } from "./feed.ts";
import type { AdminRoute, AdminRoutes } from "./route.ts";

const ROOT = "/_warmstart/v1";

const problem = (status: number, title: string, detail: string): AwsResponse => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title, status, detail }),
});

/** A page of another origin may not drive the cloud, even though it runs on this machine. */
const isForeign = (origin: string | undefined): boolean =>
  origin !== undefined && !/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);

interface Entry {
  readonly method: string;
  readonly segments: readonly string[];
  readonly route: AdminRoute;
}

const entriesOf = (routes: AdminRoutes): readonly Entry[] =>
  Object.entries(routes).map(([line, route]) => {
    const [method = "", path = ""] = line.split(" ");
    return { method, segments: path.split("/"), route };
  });

const find = (entries: readonly Entry[], method: string, path: string) => {
  const segments = path.split("/");
  for (const { method: own, segments: pattern, route } of entries) {
    if (own !== method || pattern.length !== segments.length) continue;
    const fits = pattern.every((part, index) => part.startsWith("{") || part === segments[index]);
    if (!fits) continue;
    const at = pattern.findIndex((part) => part.startsWith("{"));
    return { route, name: at < 0 ? "" : decodeURIComponent(segments[at] ?? "") };
  }
  return undefined;
};

const readJson = (text: string): unknown => {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw new AwsError("Bad Request", 400, `the body is not JSON: ${String(error)}`);
  }
};

const answer = async (entries: readonly Entry[], request: AwsRequest): Promise<AwsResponse> => {
  if (isForeign(request.headers["origin"])) return problem(403, "Forbidden", "Requests of other origins are refused");
  const path = request.path.replace(ROOT, "");
  try {
    const found = find(entries, request.method, path);
    if (found === undefined) return problem(404, "Not Found", `${request.method} ${path} is no route of the admin API`);
    const body = readJson((await request.body()).toString("utf8"));
    const result = await found.route.run({ query: request.query, name: found.name, body });
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof AwsError ? problem(error.status, error.code, message) : problem(400, "Failed", message);
  }
};

export const createAdmin = (routes: AdminRoutes, feed: Feed): NodeHandler => {
  const entries = entriesOf(routes);
  return async (incoming, response) => {
    const request = toAwsRequest(incoming);
    const isFeed = request.method === "GET" && request.path === `${ROOT}/events`;
    if (isFeed && !isForeign(request.headers["origin"])) return feed.follow(response);
    await respond(response, await answer(entries, request));
  };
};
