// The functions that make a service's errors, from its own table of codes and the common one.
import { AppError, commonError, unexpectedError, type AppErrorOptions, type FieldProblem } from "./app-error.ts";
import { commonCodes, meaningOf, type CodesOf, type CodeTable, type CommonCodes } from "./error-table.ts";

type All<T extends CodeTable> = CommonCodes & T;
type Make<Code extends string> = (code: Code, detail: string, options?: AppErrorOptions) => AppError;

/** The makers of a service's errors; each takes only the codes that the table gives its status. */
export interface ErrorMakers<T extends CodeTable> {
  /** Any code of the table. */
  readonly fail: Make<keyof All<T> & string>;
  readonly badRequest: Make<CodesOf<All<T>, 400>>;
  readonly conflict: Make<CodesOf<All<T>, 409>>;
  readonly gone: Make<CodesOf<All<T>, 410>>;
  readonly unprocessable: Make<CodesOf<All<T>, 422>>;
  readonly codes: All<T>;
}

/**
 * A service's own codes on top of the common ones: `errorTable({ "slug-taken": 409, "link-expired": 410 })`.
 * Returns the makers: `conflict("slug-taken", …)` compiles, `gone("slug-taken", …)` does not.
 */
export const errorTable = <const T extends CodeTable>(own: T): ErrorMakers<T> => {
  const codes: All<T> = { ...commonCodes, ...own };
  const fail: ErrorMakers<T>["fail"] = (code, detail, options) =>
    new AppError({ ...options, code, detail, ...meaningOf(codes[code]) });
  return { fail, badRequest: fail, conflict: fail, gone: fail, unprocessable: fail, codes };
};

/** 404. Also for an object of somebody else, so that nobody learns that it exists. */
export const notFound = (detail: string): AppError => commonError("not-found", detail);

/** 422 with one entry per wrong field. */
export const invalid = (errors: readonly FieldProblem[], where = "the request body"): AppError =>
  commonError("validation-failed", `${errors.length} problem${errors.length === 1 ? "" : "s"} in ${where}`, { errors });

/** 401: nobody known is calling. */
export const unauthenticated = (detail: string): AppError =>
  commonError("unauthenticated", detail, { headers: { "www-authenticate": "Bearer" } });

/** 403: the caller's role may not use this function at all. */
export const forbidden = (detail: string): AppError => commonError("forbidden-role", detail);

/** 412: the caller's copy is not the current version. */
export const etagMismatch = (detail = "The resource has another version by now"): AppError =>
  commonError("etag-mismatch", detail);

/** 429; `retryAfterSeconds` becomes `Retry-After`. */
export const rateLimited = (
  retryAfterSeconds: number,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): AppError =>
  commonError("rate-limited", detail, {
    headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))), ...headers },
  });

/** 503: something this service needs does not answer; the client may try again. */
export const unavailable = (detail: string, cause?: unknown): AppError =>
  unexpectedError("dependency-unavailable", detail, { cause, headers: { "retry-after": "1" } });
