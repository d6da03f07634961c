// One invocation in one environment: START, what the function prints, END and REPORT, the answer, and what is remembered.
import { randomUUID } from "node:crypto";
import type { Ground, InvocationRecord, InvokeOutcome, InvokeRequest } from "../ports.ts";
import { newSegment, newTrace, readTrace, writeTrace } from "../trace/header.ts";
import type { Environment, Result, Strike } from "./environment.ts";
import { type Failure, failureOf, payloadOf } from "./failures.ts";
import { qualifiedArn, type FunctionRecord } from "./model.ts";

export interface RunRequest extends InvokeRequest {
  /** The same for every attempt of an asynchronous invocation. */
  readonly requestId?: string;
  readonly clientContext?: string;
  /** Attempts before this one; none when somebody waits for the answer. */
  readonly attempt?: number;
  /** Cloud ms that the event has waited. */
  readonly waitMs?: number;
}

export interface Runner {
  readonly ground: Ground;
  /** Limit of the init phase. */
  readonly initMs: number;
  /** Told of every invocation that ran. */
  readonly observe: (invocation: InvocationRecord, waitMs: number | undefined, concurrent: number) => void;
}

/** What is particular to one run. */
export interface Run {
  /** As it was called: a version, or an alias of one. */
  readonly record: FunctionRecord;
  readonly request: RunRequest;
  /** Invocations of the function under way, this one included. */
  readonly concurrent: number;
  readonly strike?: Strike | undefined;
  /** Replaces an environment whose first init took too long. */
  readonly replace: (environment: Environment) => Environment;
}

interface Measured {
  readonly id: string;
  readonly durationMs: number;
  readonly initMs?: number;
  readonly billedMs: number;
  readonly maxMemoryMb: number;
  readonly failure?: Failure | undefined;
}

const reportLine = (memoryMb: number, measured: Measured): string => {
  const { id, durationMs, initMs, billedMs, maxMemoryMb, failure } = measured;
  return [
    `REPORT RequestId: ${id}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${maxMemoryMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(failure === undefined ? [] : [`Status: ${failure.status}`]), // (u)
    ...(failure?.status === "error" ? [`Error Type: ${failure.errorType}`] : []),
    "\n",
  ].join("\t");
};

/** Loads the handler when the environment is new. AWS tries a late init once more, within the invocation's time. */
const initialise = async (
  environment: Environment,
  initMs: number,
  replace: Run["replace"],
): Promise<readonly [Environment, Result]> => {
  const first = await environment.init(initMs);
  if (first.kind !== "timeout") return [environment, first];
  const second = replace(environment);
  return [second, await second.init(second.record.timeoutSeconds * 1000)];
};

const measure = (
  environment: Environment,
  began: number,
  facts: Pick<Measured, "id" | "initMs" | "failure">,
): Measured => {
  const durationMs = performance.now() - began;
  const usedMb = Math.ceil(environment.peakBytes / (1024 * 1024));
  return {
    ...facts,
    durationMs,
    billedMs: Math.ceil(durationMs + (facts.initMs ?? 0)), // the init phase is billed since August 2025
    maxMemoryMb: Math.min(environment.record.memoryMb, usedMb),
  };
};

/** Runs it. The environment that comes back may be another one, and may have ended. */
export const runInvocation = async (
  given: Environment,
  { record, request, concurrent, strike, replace }: Run,
  { ground: { clock }, initMs: limitMs, observe }: Runner,
): Promise<readonly [Environment, InvokeOutcome]> => {
  const id = request.requestId ?? randomUUID();
  const start = clock.now();
  const trace = readTrace(request.traceId) ?? newTrace(start);
  const segment = newSegment();
  let environment = given;
  let result: Result = { kind: "done", payload: "" };
  let initMs: number | undefined;
  environment.log.begin();
  if (!environment.warm) {
    const began = performance.now();
    [environment, result] = await initialise(environment, limitMs, replace);
    initMs = performance.now() - began;
  }
  const { log } = environment;
  const { timeoutSeconds, memoryMb, name, version } = record;
  log.add(`START RequestId: ${id} Version: ${version}`);
  const began = performance.now();
  if (result.kind === "done") {
    const traceId = writeTrace({ root: trace.root, parent: segment, hops: trace.hops + 1 });
    const { payload, clientContext } = request;
    const message = {
      id,
      arn: qualifiedArn(record),
      payload,
      timeoutMs: timeoutSeconds * 1000,
      traceId,
      clientContext,
    };
    result = await environment.call(message, strike);
  }
  const failure = failureOf(result, { id, now: clock.now(), timeoutSeconds });
  const measured = measure(environment, began, { id, ...(initMs !== undefined && { initMs }), failure });
  if (failure?.line !== undefined) log.add(failure.line);
  log.add(`END RequestId: ${id}`);
  log.add(reportLine(memoryMb, measured));
  log.flush();
  if (result.kind !== "done" && !(result.kind === "failed" && !result.fatal)) environment.end();
  const payload =
    failure === undefined && result.kind === "done" ? result.payload : failure ? payloadOf(failure) : "null";
  const { failure: _failure, ...figures } = measured;
  const { attempt, waitMs } = request;
  const invocation: InvocationRecord = {
    ...figures,
    function: name,
    arn: qualifiedArn(record),
    start,
    memoryMb,
    status: failure?.status ?? "ok",
    kind: attempt === undefined ? "sync" : "async",
    attempt: attempt ?? 0,
    payload: request.payload,
    result: payload,
    lines: log.lines(),
    traceId: writeTrace(trace),
    segment,
  };
  observe(invocation, waitMs, concurrent);
  return [environment, { requestId: id, payload, failed: failure !== undefined, logTail: log.tail() }];
};
