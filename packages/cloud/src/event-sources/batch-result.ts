// What a function says about a batch of records. Whatever is not understood counts as failed: nothing is deleted by mistake.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
import type { InvokeOutcome } from "../ports.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
};

const isEmpty = (value: unknown): boolean => value === undefined || value === null;

/**
 * The ids of `ids` that failed, or "all". Partial results count only with ReportBatchItemFailures; `{}`, null and an
 * empty list then say that all succeeded, as any result does without it.
 */
export const failedItems = (
  { failed, payload }: InvokeOutcome,
  ids: readonly string[],
  reportBatchItemFailures: boolean,
): "all" | ReadonlySet<string> => {
  if (failed) return "all";
  if (!reportBatchItemFailures) return new Set();
  const result = payload === "" ? null : parse(payload);
  if (result === null) return new Set();
  // A text, a number, a list or `{"failures": …}` is no answer to this question (u); AWS documents objects alone.
  if (!isObject(result)) return "all";
  const failures = result["batchItemFailures"];
  if (isEmpty(failures)) return new Set();
  if (!Array.isArray(failures)) return "all";
  const known = new Set(ids);
  const named = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id = isObject(failure) ? failure["itemIdentifier"] : undefined;
    if (typeof id !== "string" || !known.has(id)) return "all";
    named.add(id);
  }
  return named;
};
