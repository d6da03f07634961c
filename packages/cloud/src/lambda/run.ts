// One invocation in one environment: START, what the function prints, END and REPORT, and the answer.
import { randomUUID } from "node:crypto";
import type { Ground, InvokeOutcome, InvokeRequest } from "../ports.ts";
import type { Environment, Result } from "./environment.ts";
import type { Ending } from "./function-process.ts";
import { LIMITS } from "./limits.ts";
import type { FunctionError } from "./messages.ts";

export interface RunRequest extends InvokeRequest {
  /** The same for every attempt of an asynchronous invocation. */
  readonly requestId?: string;
  readonly clientContext?: string;
}

interface Failure extends FunctionError {
  readonly status: "error" | "timeout";
  /** Line of the log that tells it, when the function's process could not print it itself. */
  readonly line?: string;
}

const newTraceId = (now: number): string => {
  const time = Math.floor(now / 1000).toString(16).padStart(8, "0"); // prettier-ignore
  const random = `${randomUUID()}${randomUUID()}`.replaceAll("-", "");
  return `Root=1-${time}-${random.slice(0, 24)};Parent=${random.slice(32, 48)};Sampled=0`;
};

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
};

const exitReason = ({ code, signal }: Ending): string => {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
};

const failureOf = (result: Result, about: { id: string; now: number; timeoutSeconds: number }): Failure | undefined => {
  const { id, now, timeoutSeconds } = about;
  switch (result.kind) {
    case "done": {
      const bytes = Buffer.byteLength(result.payload);
      if (bytes <= LIMITS.responseBytes) return undefined;
      const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${LIMITS.responseBytes} bytes).`;
      return { status: "error", errorType: "Function.ResponseSizeTooLarge", errorMessage };
    }
    case "failed":
      return { status: "error", ...result.error };
    case "timeout": {
      const text = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      const line = `${new Date(now).toISOString()} ${id} ${text}\n\n`;
      return {
        status: "timeout",
        errorType: "Sandbox.Timedout",
        errorMessage: `RequestId: ${id} Error: ${text}`,
        line,
      };
    }
    case "exit": {
      const errorMessage = `RequestId: ${id} Error: ${exitReason(result.ending)}`;
      const errorType = "Runtime.ExitError";
      return { status: "error", errorType, errorMessage, line: `${errorMessage}\n${errorType}` };
    }
    default:
      throw new Error(`unknown result ${String(result satisfies never)}`);
  }
};

interface Report {
  readonly id: string;
  readonly durationMs: number;
  readonly initMs?: number;
  readonly failure?: Failure;
}

const reportLine = (environment: Environment, { id, durationMs, initMs, failure }: Report): string => {
  const { memoryMb } = environment.record;
  const usedMb = Math.min(memoryMb, Math.ceil(environment.peakBytes / (1024 * 1024)));
  return [
    `REPORT RequestId: ${id}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`, // the init phase is billed since August 2025
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${usedMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(failure === undefined ? [] : [`Status: ${failure.status}`]), // (u)
    ...(failure?.status === "error" ? [`Error Type: ${failure.errorType}`] : []),
    "\n",
  ].join("\t");
};

export interface Runner {
  readonly ground: Ground;
  /** Limit of the init phase. */
  readonly initMs: number;
  /** Replaces an environment whose first init took too long. */
  readonly replace: (environment: Environment) => Environment;
}

/** Loads the handler when the environment is new. AWS tries a late init once more, within the invocation's time. */
const initialise = async (environment: Environment, runner: Runner): Promise<readonly [Environment, Result]> => {
  const first = await environment.init(runner.initMs);
  if (first.kind !== "timeout") return [environment, first];
  const second = runner.replace(environment);
  return [second, await second.init(second.record.timeoutSeconds * 1000)];
};

const payloadOf = ({ errorType, errorMessage, trace }: Failure): string =>
  JSON.stringify({ errorType, errorMessage, ...(trace !== undefined && { trace }) });

/** Runs it. The environment that comes back may be another one, and may have ended. */
export const runInvocation = async (
  given: Environment,
  request: RunRequest,
  runner: Runner,
): Promise<readonly [Environment, InvokeOutcome]> => {
  const { clock } = runner.ground;
  const id = request.requestId ?? randomUUID();
  let environment = given;
  let result: Result = { kind: "done", payload: "" };
  let initMs: number | undefined;
  environment.log.begin();
  if (!environment.warm) {
    const began = performance.now();
    [environment, result] = await initialise(environment, runner);
    initMs = performance.now() - began;
  }
  const { log, record } = environment;
  log.add(`START RequestId: ${id} Version: ${record.version}`);
  const began = performance.now();
  if (result.kind === "done") {
    const traceId = request.traceId ?? newTraceId(clock.now());
    const { clientContext } = request;
    const timeoutMs = record.timeoutSeconds * 1000;
    const arn = record.version === "$LATEST" ? record.arn : `${record.arn}:${record.version}`;
    result = await environment.call({ id, arn, payload: request.payload, timeoutMs, traceId, clientContext });
  }
  const durationMs = performance.now() - began;
  const failure = failureOf(result, { id, now: clock.now(), timeoutSeconds: record.timeoutSeconds });
  if (failure?.line !== undefined) log.add(failure.line);
  log.add(`END RequestId: ${id}`);
  log.add(
    reportLine(environment, { id, durationMs, ...(initMs !== undefined && { initMs }), ...(failure && { failure }) }),
  );
  log.flush();
  if (result.kind !== "done" && !(result.kind === "failed" && !result.fatal)) environment.end();
  const payload =
    failure === undefined && result.kind === "done" ? result.payload : failure ? payloadOf(failure) : "null";
  return [environment, { requestId: id, payload, failed: failure !== undefined, logTail: log.tail() }];
};
