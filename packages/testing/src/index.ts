export { adminClient, type AdminClient } from "./admin-client.ts";
export { type App, type DeployAppOptions } from "./app.ts";
export { type TestClock } from "./clock.ts";
export { type BundleLimits, expectBundle } from "./bundle.ts";
export { contract } from "./contract.ts";
export { type ContextOptions, lambdaContext } from "./context.ts";
export { type CrashMode, type CrashOptions, type CrashPoint, everyCrashPoint } from "./crash-points.ts";
export { type DeadLetters } from "./dead-letters.ts";
export { type Duration } from "./duration.ts";
export { EVENT_TIME } from "./events/deterministic.ts";
export {
  eventBridgeEvent,
  type EventBridgeOptions,
  scheduleEvent,
  type ScheduleEventOptions,
} from "./events/event-bridge.ts";
export { type EventFixtures, functionOf, missingEvents, staleEvents, writeEvents } from "./event-files.ts";
export { authorizerEvent, type Caller, httpEvent, type HttpEventOptions } from "./events/http.ts";
export { logsEvent, type LogsEventOptions } from "./events/logs.ts";
export { s3Event, type S3ObjectOptions } from "./events/s3.ts";
export { snsEvent, type SnsEventOptions } from "./events/sns.ts";
export { sqsEvent, type SqsEventOptions } from "./events/sqs.ts";
export { type ItemChange, streamEvent, type StreamEventOptions } from "./events/stream.ts";
export { type EventGround, expectEvents } from "./expect-events.ts";
export { type Fault, type Faults } from "./faults.ts";
export { type HttpRequest, type HttpResult, send } from "./http-client.ts";
export { type Invocation, invoke } from "./invoke.ts";
export { expectLeastPrivilege, type RoleRights } from "./least-privilege.ts";
export { newUser, type NewUserOptions, signIn, type TestUser, type Tokens } from "./new-user.ts";
export { openCloud, type OpenCloudOptions, type RequestRecord, type TestCloud } from "./open-cloud.ts";
export { isFailing, type Outcome, outcomeOf } from "./outcome.ts";
export { expectOpenApi } from "./openapi/expect-open-api.ts";
export { NO_POOL, openUserPool, type UserPool } from "./user-pool.ts";
// With its declaration file come the types of the matchers that the preset installs.
export type { MatcherOutcome } from "./matchers.ts";
