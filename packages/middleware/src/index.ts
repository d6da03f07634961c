export { env, flag, int, oneOf, text, url, type Variable } from "./env/env.ts";
export { AppError, type AppErrorOptions, type FieldProblem } from "./errors/app-error.ts";
export { isOutage, toAppError } from "./errors/classify.ts";
export { commonCodes, type CodeMeaning, type CodeTable, type CommonCode } from "./errors/error-table.ts";
export {
  errorTable,
  etagMismatch,
  forbidden,
  invalid,
  notFound,
  rateLimited,
  unauthenticated,
  unavailable,
  type ErrorMakers,
} from "./errors/makers.ts";
export { problemOf, type Problem } from "./errors/problem.ts";
export type { HttpAccept, HttpInput } from "./http/accept.ts";
export type {
  AnonymousCaller,
  ApiKeyCaller,
  Caller,
  Group,
  IamCaller,
  JwtCaller,
  SignedInCaller,
} from "./http/caller.ts";
export { etagOf, expectedVersion, matchesEtag } from "./http/etag.ts";
export type { HttpEvent } from "./http/event.ts";
export { http } from "./http/http.ts";
export {
  accepted,
  binary,
  created,
  html,
  noContent,
  ok,
  redirect,
  text as plain,
  type Reply,
  type ReplyInit,
} from "./http/replies.ts";
export { serveOpenApi } from "./http/open-api.ts";
export { problem, type HttpResult } from "./http/seal.ts";
export { createLog, type Log, type LogFields, type LogLevel } from "./log/log.ts";
export type { Metrics, MetricUnit } from "./metrics/metrics.ts";
export type { Call } from "./trigger/call.ts";
export type { Handler } from "./trigger/trigger.ts";
export { wait } from "./trigger/wait.ts";
export { authorizer, type AuthorizerInput, type AuthorizerResult, type Principal } from "./authorizer/authorizer.ts";
export { logEvents, type LogEvent, type LogEventsAccept, type LogEventsInput } from "./log-events/log-events.ts";
export { objectCreated, type ObjectCreatedAccept, type ObjectCreatedInput } from "./object-created/object-created.ts";
export { decodeKey, type CreatedObject } from "./object-created/s3-records.ts";
export { onEvent, type EventAccept, type EventInput } from "./on-event/on-event.ts";
export { postConfirmation, type PostConfirmationInput } from "./post-confirmation/post-confirmation.ts";
export { queue, type QueueAccept, type QueueInput } from "./queue/queue.ts";
export { schedule, type ScheduleInput } from "./schedule/schedule.ts";
export { stream, type StreamAccept, type StreamInput } from "./stream/stream.ts";
export { topic, type TopicAccept, type TopicInput } from "./topic/topic.ts";
export { correlationAttributes } from "./carrier/carrier.ts";
export { dynamoIdempotency } from "./idempotency/dynamo-idempotency.ts";
export type { DocumentClient, ItemCommands, TableAccess, UpdateCommands } from "./idempotency/document-client.ts";
export { idempotency, type Idempotency, type IdempotencyOptions } from "./idempotency/idempotency.ts";
export type { IdempotencyRecord, IdempotencyStore } from "./idempotency/store.ts";
export { cursors, type Cursors, type CursorScope } from "./http/cursor.ts";
export { httpBare, type HttpBareInput } from "./http/http-bare.ts";
export { limitOf, page, type Page } from "./http/page.ts";
export {
  dynamoWindows,
  rateWindow,
  type RateWindow,
  type RateWindowOptions,
  type WindowStore,
} from "./rate-window/rate-window.ts";
export { validate, type Checked, type Schema } from "./schema/validate.ts";
export { transact, type CancellationReason } from "./transaction/transact.ts";
