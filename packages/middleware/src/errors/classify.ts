// What was not expected: an outage that passes, or a bug.
import { AppError, unexpectedError } from "./app-error.ts";
import { unavailable } from "./makers.ts";

// Names and codes of AWS SDK and socket errors that a later try can cure; all else unexpected is a bug.
const OUTAGE =
  /^(Throttl|TooManyReq|ProvisionedThr|RequestLimit|RequestThr|SlowDown|Timeout|AbortErr|RequestTimeout|Internal|ServiceUnav|Transaction(Conflict|InProg)|E(CONN|HOST|NET|TIMED|AI_|NOTFOUND|PIPE))/;

/** Whether an error is of a kind that passes: throttling, a time-out, a lost connection, a 5xx of AWS. */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    OUTAGE.test(name) || (typeof code === "string" && OUTAGE.test(code)) || ($metadata?.httpStatusCode ?? 0) >= 500
  );
};

/** Any thrown value as an `AppError`: itself, `dependency-unavailable` (503) for an outage, else `internal` (500). */
export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  return isOutage(error)
    ? unavailable("A dependency does not answer", error)
    : unexpectedError("internal", "Unexpected error", { cause: error });
};
