// What a service expects to go wrong.
import { commonCodes, meaningOf, unexpectedCodes, type CommonCode } from "./error-table.ts";

/** One thing that is wrong in a request; `pointer` is a JSON pointer in URI form (`#/items/3/quantity`). */
export interface FieldProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Shown as `errors` in the problem document; at most 20 are sent. */
  readonly errors?: readonly FieldProblem[];
  /** Response headers that belong to this error, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document (RFC 9457, 3.2), such as the balance that is too low. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface AppErrorInit extends AppErrorOptions {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly detail: string;
}

/**
 * An expected failure: its code is the contract, its status and whether a retry can help come from the code table.
 * Make one with the makers of `errorTable`, not with `new`.
 */
export class AppError extends Error {
  declare readonly code: string;
  declare readonly status: number;
  declare readonly retryable: boolean;
  declare readonly detail: string;
  declare readonly errors: readonly FieldProblem[];
  declare readonly headers: Readonly<Record<string, string>>;
  declare readonly extensions: Readonly<Record<string, unknown>>;

  constructor({ cause, ...init }: AppErrorInit) {
    super(`${init.code}: ${init.detail}`, cause === undefined ? undefined : { cause });
    Object.assign(this, { name: "AppError", errors: [], headers: {}, extensions: {} }, init);
  }
}

/** An error with a code that every service has. */
export const commonError = (code: CommonCode, detail: string, options: AppErrorOptions = {}): AppError =>
  new AppError({ ...options, code, detail, ...meaningOf(commonCodes[code]) });

/** An error that is nobody's fault among the callers: a bug or an outage. */
export const unexpectedError = (
  code: keyof typeof unexpectedCodes,
  detail: string,
  options: AppErrorOptions,
): AppError => new AppError({ ...options, code, detail, status: unexpectedCodes[code], retryable: true });
