// The one table from error code to HTTP status and to "would the same call succeed later?".

/** What a code means: its HTTP status, and whether trying again can help (default: 429 and 5xx). */
export type CodeMeaning = number | { readonly status: number; readonly retryable: boolean };
export type CodeTable = Readonly<Record<string, CodeMeaning>>;

/** The codes of what nobody expected; apart, because every bundle has them and only them. */
export const unexpectedCodes = { internal: 500, "dependency-unavailable": 503 } as const satisfies CodeTable;

/** The codes that every service has; a service adds its own with `errorTable({ … })`. */
export const commonCodes = /* @__PURE__ */ Object.assign(
  {
    "malformed-json": 400,
    "invalid-query": 400,
    "invalid-cursor": 400,
    "invalid-header": 400,
    "idempotency-key-missing": 400,
    unauthenticated: 401,
    "forbidden-role": 403,
    "not-found": 404,
    "idempotency-in-progress": { status: 409, retryable: true },
    "invalid-state": 409,
    gone: 410,
    "etag-mismatch": 412,
    "body-too-large": 413,
    "unsupported-media-type": 415,
    "validation-failed": 422,
    "idempotency-key-reused": 422,
    "if-match-required": 428,
    "rate-limited": 429,
  } as const satisfies CodeTable,
  unexpectedCodes,
);

export type CommonCodes = typeof commonCodes;
export type CommonCode = keyof CommonCodes;

type StatusOf<M> = M extends { readonly status: infer S } ? S : M;
/** The codes of a table that carry one status. */
export type CodesOf<T extends CodeTable, Status extends number> = {
  [Code in keyof T & string]: StatusOf<T[Code]> extends Status ? Code : never;
}[keyof T & string];

export const meaningOf = (meaning: CodeMeaning): { readonly status: number; readonly retryable: boolean } =>
  typeof meaning === "number" ? { status: meaning, retryable: meaning === 429 || meaning >= 500 } : meaning;
