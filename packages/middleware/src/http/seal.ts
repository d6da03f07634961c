import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { AppError } from "../errors/app-error.ts";
import { toAppError } from "../errors/classify.ts";
import { problemOf } from "../errors/problem.ts";
import { logLine } from "../log/log.ts";
import type { OpenCall } from "../trigger/call.ts";
import { subOf } from "./caller.ts";
import { matchesEtag } from "./etag.ts";
import { requestIdOf, routeOf, type HttpEvent } from "./event.ts";
import type { Reply } from "./replies.ts";

export type HttpResult = APIGatewayProxyStructuredResultV2;

/** An error as a reply: RFC 9457 with the error's own headers. */
export const problem = (error: AppError, requestId: string): Reply => ({
  statusCode: error.status,
  headers: { "content-type": "application/problem+json", ...error.headers, "cache-control": "no-store" },
  body: JSON.stringify(problemOf(error, requestId)),
});

const withoutBody = ({ body: _body, isBase64Encoded: _encoded, ...rest }: Reply): Reply => rest;

/** 304 where `If-None-Match` names the reply's tag; no body on HEAD. */
const conditional = (reply: Reply, event: HttpEvent): Reply => {
  const { method } = event.requestContext.http;
  if (method !== "GET" && method !== "HEAD") return reply;
  const etag = reply.headers?.["etag"];
  if (reply.statusCode === 200 && etag && matchesEtag(event.headers?.["if-none-match"], etag)) {
    const { "content-type": _type, ...headers } = reply.headers ?? {};
    return { ...withoutBody(reply), statusCode: 304, headers };
  }
  return method === "HEAD" ? withoutBody(reply) : reply;
};

const hash = (text: string): string => process.getBuiltinModule("node:crypto").hash("sha256", text, "hex").slice(0, 16);

const close = (event: HttpEvent, open: OpenCall, status: number): void => {
  const { fields, call, milliseconds } = open;
  const route = routeOf(event);
  const duration = milliseconds();
  const sub = subOf(event);
  const request = { route, status, duration_ms: duration, request_id: call.requestId };
  const metrics = call.metrics.by({ route });
  metrics.add("requests", 1);
  metrics.add("errors4xx", status >= 400 && status < 500 ? 1 : 0);
  metrics.add("errors5xx", status >= 500 ? 1 : 0);
  metrics.add("duration", duration, "Milliseconds");
  const who = sub === undefined ? {} : { sub_hash: hash(sub) };
  open.close(logLine(status >= 500 ? "ERROR" : "INFO", "request", { ...fields, ...request, ...who }));
};

/** A reply with the headers that every answer has; writes the request's log line and metrics. */
export const seal = (given: Reply, event: HttpEvent, open: OpenCall): HttpResult => {
  if (typeof given?.statusCode !== "number")
    throw new TypeError("The function returned no reply: use ok(), created(), …");
  const { headers, cookies, ...reply } = conditional(given, event);
  close(event, open, reply.statusCode);
  return {
    ...reply,
    ...(cookies ? { cookies: [...cookies] } : {}),
    headers: {
      "cache-control": "no-store",
      ...headers,
      "x-request-id": requestIdOf(event),
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=31536000",
    },
  };
};

/** Any thrown value as a sealed problem; what was not expected is logged whole, with its cause. */
export const sealError = (thrown: unknown, event: HttpEvent, open: OpenCall): HttpResult => {
  const error = toAppError(thrown);
  const { log, requestId } = open.call;
  if (error.status >= 500) log.error(error.message, { error: thrown });
  else log.debug(error.message, { code: error.code, errors: error.errors });
  return seal(problem(error, requestId), event, open);
};
