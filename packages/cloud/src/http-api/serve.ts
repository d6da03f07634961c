// One request: limits, stage, preflight, route, throttle, authorizer, function, answer.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isOwnHost } from "../gateway/host.ts";
import type { Ground } from "../ports.ts";
import type { CallerIam } from "./iam-authorizer.ts";
import { type Answer, failure, send } from "./answer.ts";
import { authorize } from "./authorize.ts";
import { preflight, withCors } from "./cors.ts";
import type { Exchange } from "./event.ts";
import { type CalledLambda, integrate } from "./invoke.ts";
import { ACCOUNT_THROTTLE } from "./limits.ts";
import type { Compiled, Model } from "./model.ts";
import { type HttpRequest, readRequest } from "./read-request.ts";
import { decodeOnce } from "./router.ts";
import type { Route, Stage } from "./schemas.ts";
import type { Throttle } from "./throttle.ts";

export interface ServeGround extends Ground {
  readonly model: Model;
  readonly iam: CallerIam;
  readonly lambda: CalledLambda;
}

/** As API Gateway's: 16 characters that end in "=". */
const newRequestId = (): string => `${randomBytes(11).toString("base64url")}=`;

/** `Root=1-<seconds in hexadecimal>-<24 hexadecimal digits>`. */
const newTraceId = (timeMs: number): string =>
  `Root=1-${Math.floor(timeMs / 1000)
    .toString(16)
    .padStart(8, "0")}-${randomBytes(12).toString("hex")}`;

/** A first segment that names a stage leads there, anything else to `$default`. */
const stageOf = (stages: Compiled["stages"], rawPath: string): { stage: Stage; path: string } | undefined => {
  const end = rawPath.indexOf("/", 1);
  const name = decodeOnce(rawPath.slice(1, end < 0 ? undefined : end));
  const named = name === "$default" ? undefined : stages.get(name);
  if (named !== undefined) return { stage: named, path: end < 0 ? "/" : rawPath.slice(end) };
  const stage = stages.get("$default");
  return stage && { stage, path: rawPath };
};

/** A route's own settings before the stage's; a stage without either has no throttle here. */
const throttleOf = ({ DefaultRouteSettings, RouteSettings }: Stage, { RouteKey }: Route): Throttle | undefined => {
  const settings = {
    ...DefaultRouteSettings,
    ...(RouteSettings && Object.hasOwn(RouteSettings, RouteKey) && RouteSettings[RouteKey]),
  };
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings;
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: rate ?? ACCOUNT_THROTTLE.rate, burst: burst ?? ACCOUNT_THROTTLE.burst };
};

const route = async (
  compiled: Compiled,
  request: HttpRequest,
  requestId: string,
  ground: ServeGround,
): Promise<Answer> => {
  const place = stageOf(compiled.stages, request.rawPath);
  if (place === undefined) return failure(404);
  const matched = compiled.match(request.method, place.path);
  const integration = compiled.integrations.get(matched?.route.Target.split("/")[1] ?? "");
  if (matched === undefined) return failure(404);
  if (integration === undefined) return failure(500);
  const throttle = throttleOf(place.stage, matched.route);
  if (throttle !== undefined && !compiled.admits(`${place.stage.StageName} ${matched.route.id}`, throttle))
    return failure(429);
  const timeMs = ground.clock.now();
  const traceId = request.headers["x-amzn-trace-id"] ?? newTraceId(timeMs);
  const exchange: Exchange = { compiled, ...place, ...matched, integration, request, requestId, traceId, timeMs };
  const verdict = await authorize(exchange, ground);
  return "answer" in verdict ? verdict.answer : integrate(exchange, verdict.context, ground);
};

/** Answers requests to an API. */
export const createServe =
  (ground: ServeGround) =>
  async (apiId: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newRequestId();
    const head = incoming.method === "HEAD";
    const finish = (answer: Answer, close = false): void =>
      send(response, { ...answer, headers: [...answer.headers, ["apigw-requestid", requestId]] }, { head, close });

    const read = await readRequest(incoming);
    if ("status" in read) {
      if (read.status === "aborted") return void response.destroy();
      return finish(failure(read.status), read.close);
    }
    const compiled = ground.model.compiled(apiId);
    if (!isOwnHost(read.headers["host"] ?? "")) return finish(failure(403));
    if (compiled === undefined) return finish(failure(404));
    const cors = compiled.api.CorsConfiguration;
    const asked = preflight(cors, read);
    if (asked !== undefined) return finish(asked);
    const answering = route(compiled, read, requestId, ground).catch((error: unknown) => {
      ground.report(
        `HTTP API ${compiled.api.owner}: ${read.method} ${read.rawPath} failed inside the embedded AWS`,
        error,
      );
      return failure(500);
    });
    const answer = await ground.work.track(`HTTP ${read.method} ${read.rawPath}`, answering);
    finish(withCors(cors, answer, read.headers["origin"]));
  };
