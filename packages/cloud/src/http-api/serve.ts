// One request: limits, stage, preflight, route, throttle, authorizer, function, answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { isOwnHost } from "../gateway/host.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { newTrace, randomHex, readTrace } from "../trace/header.ts";
import type { CallerIam } from "./iam-authorizer.ts";
import { type Answer, failure, send } from "./answer.ts";
import { authorize } from "./authorize.ts";
import { preflight, withCors } from "./cors.ts";
import type { Exchange } from "./event.ts";
import { type CalledLambda, integrate } from "./invoke.ts";
import type { JwtKeys } from "./jwt-keys.ts";
import { ACCOUNT_THROTTLE } from "./limits.ts";
import { measure } from "./measure.ts";
import type { Compiled, Model } from "./model.ts";
import { type HttpRequest, readRequest } from "./read-request.ts";
import { decodeOnce } from "./router.ts";
import type { Route, Stage } from "./schemas.ts";
import type { Throttle } from "../clock/token-buckets.ts";

export interface ServeGround extends Ground {
  readonly model: Model;
  readonly iam: CallerIam;
  readonly lambda: CalledLambda;
  readonly jwtKeys: JwtKeys;
}

/** As API Gateway's: 16 characters that end in "=". */
const newRequestId = (): string => `${Buffer.from(randomHex(22), "hex").toString("base64url")}=`;

/** The header that came, or that of a new trace. */
const traceOf = ({ headers }: HttpRequest, timeMs: number): string => {
  const header = headers["x-amzn-trace-id"];
  return header !== undefined && readTrace(header) !== undefined ? header : `Root=${newTrace(timeMs).root}`;
};

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

/** A request that is on its way. */
interface Arrived extends Pick<Exchange, "compiled" | "request" | "requestId" | "traceId" | "timeMs"> {
  /** Noted for its metrics. */
  readonly route: { stage?: string; integrationMs?: number };
}

const answer = async (arrived: Arrived, ground: ServeGround): Promise<Answer> => {
  const { compiled, request, route } = arrived;
  const place = stageOf(compiled.stages, request.rawPath);
  if (place === undefined) return failure(404);
  route.stage = place.stage.StageName;
  const matched = compiled.match(request.method, place.path);
  const integration = compiled.integrations.get(matched?.route.Target.split("/")[1] ?? "");
  if (matched === undefined) return failure(404);
  if (integration === undefined) return failure(500);
  const throttle = throttleOf(place.stage, matched.route);
  if (throttle !== undefined && !compiled.admits(`${place.stage.StageName} ${matched.route.id}`, throttle))
    return failure(429);
  const exchange: Exchange = { ...arrived, ...place, ...matched, integration };
  const verdict = await authorize(exchange, ground);
  if ("answer" in verdict) return verdict.answer;
  const started = performance.now();
  const result = await integrate(exchange, verdict.context, ground);
  route.integrationMs = performance.now() - started;
  return result;
};

/** Faults of requests to an API: a wait, or a cut connection before or after the answer was made. */
const underFaults = async (arrived: Arrived, ground: ServeGround): Promise<Answer | "cut"> => {
  const { compiled, request } = arrived;
  const resource = `arn:aws:execute-api:${compiled.api.region}:${ACCOUNT}:${compiled.api.apiId}`;
  const occurrence = { service: "apigateway", action: "Invoke", resource };
  const effect = ground.faults.strike(["delay", "reset", "lost-answer"], occurrence);
  if (effect?.kind === "reset") return "cut";
  if (effect?.kind === "delay") await sleep(effect.ms); // real: the client waits in real time
  const answered = await answer(arrived, ground).catch((error: unknown) => {
    const what = `HTTP API ${compiled.api.owner}: ${request.method} ${request.rawPath}`;
    ground.report(`${what} failed inside the embedded AWS`, error);
    return failure(500);
  });
  return effect?.kind === "lost-answer" ? "cut" : answered;
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
    const timeMs = ground.clock.now();
    const started = performance.now();
    const arrived: Arrived = { compiled, request: read, requestId, traceId: traceOf(read, timeMs), timeMs, route: {} };
    const done = await ground.work.track(`HTTP ${read.method} ${read.rawPath}`, underFaults(arrived, ground));
    const status = done === "cut" ? 0 : done.status;
    measure(ground, { ...arrived, api: compiled.api, status, latencyMs: performance.now() - started });
    if (done === "cut") incoming.socket.destroy();
    else finish(withCors(cors, done, read.headers["origin"]));
  };
