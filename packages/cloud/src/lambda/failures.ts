// How an invocation that did not end well is answered and logged, in AWS's words.
import type { Result } from "./environment.ts";
import type { Ending } from "./function-process.ts";
import { LIMITS } from "./limits.ts";
import type { FunctionError } from "./messages.ts";

export interface Failure extends FunctionError {
  readonly status: "error" | "timeout";
  /** Line of the log that tells it, when the function's process could not print it itself. */
  readonly line?: string;
}

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

/** Undefined when it went well. */
export const failureOf = (
  result: Result,
  about: { readonly id: string; readonly now: number; readonly timeoutSeconds: number },
): Failure | undefined => {
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

/** The answer to whoever waits for it. */
export const payloadOf = ({ errorType, errorMessage, trace }: Failure): string =>
  JSON.stringify({ errorType, errorMessage, ...(trace !== undefined && { trace }) });
