// An error as clients see it: application/problem+json.
import type { AppError, FieldProblem } from "./app-error.ts";

/** RFC 9457. The code is the contract, the detail may change. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly FieldProblem[];
}

const PROBLEM_BASE = "https://problems.example/";
const MAX_ERRORS = 20;

const titleOf = (code: string): string =>
  code
    .replaceAll("-", " ")
    .replace(/\b(json|url)\b/, (word) => word.toUpperCase())
    .replace(/^\w/, (first) => first.toUpperCase());

/** The problem document of an error; 5xx tells nothing but the code, so that no inner text leaves. */
export const problemOf = ({ code, status, detail, errors, extensions }: AppError, requestId: string): Problem => {
  const bare = { type: PROBLEM_BASE + code, title: titleOf(code), status };
  const instance = `urn:request:${requestId}`;
  if (status >= 500) return { ...bare, instance, code };
  const shown = errors.length ? { errors: errors.slice(0, MAX_ERRORS) } : {};
  return { ...extensions, ...bare, detail, instance, code, ...shown };
};
