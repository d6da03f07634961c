import { errorTable, type AppError, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. None can be cured by trying again. */
const codes = {
  "not-ready": 409,
  "crs-unknown": 409,
  "scan-in-progress": 409,
  "upload-too-large": 413,
  // What ends a run, as the record of the file tells it.
  superseded: 410,
  "object-missing": 410,
  "access-denied": 403,
} as const;

/** `throw fail("not-ready", "…")`. */
export const fail: ErrorMakers<typeof codes>["fail"] = errorTable(codes).fail;

const ENDING: readonly string[] = ["superseded", "object-missing", "access-denied"];

/** Whether the run that met this error is over: the same read again would meet it again. */
export const endsRun = (error: unknown): error is AppError =>
  error instanceof Error && "code" in error && ENDING.includes(String(error.code));
