// The last step of every answer: the headers that all have, the log line, the metrics.
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { AppError } from "../errors/app-error.ts";
import { toAppError } from "../errors/classify.ts";
import { problemOf } from "../errors/problem.ts";
import { logLine, type LogFields } from "../log/log.ts";
import { requestMetrics } from "../metrics/request-metrics.ts";
import type { OpenCall } from "../trigger/call.ts";
import { routeOf, type HttpEvent } from "./event.ts";
import type { Reply } from "./replies.ts";

export type HttpResult = APIGatewayProxyStructuredResultV2;

/** An error as a reply: RFC 9457 with the error's own headers. */
export const problem = (error: AppError, requestId: string): Reply => ({
  statusCode: error.status,
  headers: { "content-type": "application/problem+json", ...error.headers, "cache-control": "no-store" },
  body: JSON.stringify(problemOf(error, requestId)),
});

const close = (event: HttpEvent, open: OpenCall, status: number, who: LogFields): void => {
  const route = routeOf(event);
  const duration_ms = open.milliseconds();
  const request = { route, status, duration_ms, request_id: open.call.requestId, ...who };
  const line = logLine(status >= 500 ? "ERROR" : "INFO", "request", open.fields, request);
  open.close(line + requestMetrics(open.service, route, status, duration_ms));
};

/** A reply with the headers that every answer has; writes the request's log line (with `who`) and metrics. */
export const seal = (reply: Reply, event: HttpEvent, open: OpenCall, who: LogFields = {}): HttpResult => {
  if (!reply?.statusCode) throw new TypeError("The function returned no reply: use ok(), created(), …");
  close(event, open, reply.statusCode, who);
  const result: HttpResult = {
    statusCode: reply.statusCode,
    headers: {
      "cache-control": "no-store",
      ...reply.headers,
      "x-request-id": open.call.requestId,
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=31536000",
    },
  };
  if (reply.body !== undefined) result.body = reply.body;
  if (reply.isBase64Encoded) result.isBase64Encoded = true;
  if (reply.cookies) result.cookies = [...reply.cookies];
  return result;
};

/** Any thrown value as a sealed problem; what was not expected is logged whole, with its cause. */
export const sealError = (thrown: unknown, event: HttpEvent, open: OpenCall, who?: LogFields): HttpResult => {
  const error = toAppError(thrown);
  const { log, requestId } = open.call;
  if (error.status >= 500) log.error(error.message, { error: thrown });
  else log.debug(error.message, { errors: error.errors });
  return seal(problem(error, requestId), event, open, who);
};
