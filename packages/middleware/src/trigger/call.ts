// The call that every function gets: its ids, its log, its metrics, its time left.
import type { Context } from "aws-lambda";
import { createLog, levelFrom, writeStdout, type Log, type LogFields } from "../log/log.ts";
import type { Metrics, MetricsSheet } from "../metrics/metrics.ts";
import { createDeadline } from "./deadline.ts";

/** What every function gets, whatever triggered it. */
export interface Call {
  /** Lambda's id of this invocation, the same on each retry of an asynchronous one; for HTTP that of the request. */
  readonly requestId: string;
  /** Carried from the first request through queues and topics. */
  readonly correlationId: string;
  readonly coldStart: boolean;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborts 500 ms before the Lambda time-out. */
  readonly signal: AbortSignal;
  readonly remainingMilliseconds: () => number;
}

/** A call and what the wrapper needs to end it. */
export interface OpenCall {
  readonly call: Call;
  readonly service: string;
  readonly fields: LogFields;
  readonly milliseconds: () => number;
  /** Stops the deadline and writes the metrics, after `line`, in one write. */
  readonly close: (line?: string) => void;
}

export interface CallNames {
  readonly requestId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** A call with what its trigger adds; `signal` stays lazy. (A prototype per call would cost more than all the rest.) */
export const extendCall = <T extends object>(call: Call, more: T): Call & T => ({
  ...more,
  requestId: call.requestId,
  correlationId: call.correlationId,
  coldStart: call.coldStart,
  log: call.log,
  metrics: call.metrics,
  get signal() {
    return call.signal;
  },
  remainingMilliseconds: call.remainingMilliseconds,
});

/** The call of one message of an event, with its own fields in the log, and its own correlation id if it carries one. */
export const callOf = (call: Call, correlationId: string | undefined, fields: LogFields): Call => ({
  requestId: call.requestId,
  correlationId: correlationId ?? call.correlationId,
  coldStart: call.coldStart,
  log: call.log.with(correlationId === undefined ? fields : { ...fields, correlation_id: correlationId }),
  metrics: call.metrics,
  get signal() {
    return call.signal;
  },
  remainingMilliseconds: call.remainingMilliseconds,
});

/** The service: `POWERTOOLS_SERVICE_NAME`, or what osls put before stage and function in the function's name. */
export const serviceName = (env: Readonly<Record<string, string | undefined>>, functionName = ""): string =>
  env["POWERTOOLS_SERVICE_NAME"] || functionName.split("-").slice(0, -2).join("-") || "service";

/** Makes the metrics of a call. Given, not imported: a wrapper without metrics keeps them out of its bundle. */
export type CollectMetrics = (service: string) => MetricsSheet;

/** What all invocations of one process have in common; read once, because each look at `process.env` leaves JavaScript. */
export interface Process {
  readonly service: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const openProcess = (functionName: string | undefined): Process => {
  const env = { ...process.env };
  return { service: serviceName(env, functionName), env };
};

/** Starts the clock, the log, the metrics and the deadline of one invocation. */
export const openCall = (
  context: Partial<Context>,
  { service, env }: Process,
  coldStart: boolean,
  { names = {}, collect }: { readonly names: CallNames | undefined; readonly collect: CollectMetrics },
): OpenCall => {
  const started = process.hrtime.bigint(); // `performance` would load a module of 1 ms
  const requestId = names.requestId ?? context.awsRequestId ?? "local";
  const correlationId = names.correlationId ?? requestId;
  const fields: LogFields = {
    service,
    function_name: context.functionName,
    function_request_id: context.awsRequestId,
    cold_start: coldStart,
    correlation_id: correlationId,
  };
  const { metrics, lines } = collect(service);
  const deadline = createDeadline(context);
  const call: Call = {
    requestId,
    correlationId,
    coldStart,
    log: createLog(fields, { level: levelFrom(env) }),
    metrics,
    get signal() {
      return deadline.signal();
    },
    remainingMilliseconds: () => context.getRemainingTimeInMillis?.() ?? 30_000,
  };
  const close = (line = ""): void => {
    deadline.stop();
    const out = line + lines();
    if (out) writeStdout(out);
  };
  const milliseconds = (): number => Number((process.hrtime.bigint() - started) / 1000n) / 1000;
  return { call, service, fields, milliseconds, close };
};
