// Why an upload is refused. Every one is final: the bytes will not change, so no retry can help.
import { AppError, errorTable } from "@warmstart/middleware";

const codes = {
  "empty-file": 422,
  "too-large": 413,
  "unsupported-format": 415,
  "too-many-pixels": 422,
  "damaged-image": 422,
} as const;

/** `throw reject("too-large", "…")`. */
export const reject = errorTable(codes).fail;

export const isRejection = (error: unknown): error is AppError => error instanceof AppError && error.code in codes;
