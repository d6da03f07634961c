// What a function did, from the output of `sls invoke local`: its log lines, then its result or its error.
import type { outcomeOf } from "@warmstart/testing";

type Invocation = Parameters<typeof outcomeOf>[0];
type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined; // an object has fields
  } catch {
    return undefined;
  }
};

/** The last text that is an object over several lines, as osls prints it. */
const lastObject = (output: string): Fields | undefined => {
  const [text] = /^\{\n[^]*?^\}$|^\{\}$/gm[Symbol.matchAll](output).toArray().at(-1) ?? [];
  return text === undefined ? undefined : fieldsOf(text);
};

export const readInvocation = (output: string): Invocation => {
  const result = lastObject(output);
  const logs = output
    .split("\n")
    .map(fieldsOf)
    .filter((line) => line !== undefined);
  const { statusCode, batchItemFailures, errorType, errorMessage } = result ?? {};
  const isError = typeof errorMessage === "string";
  return {
    result,
    logs,
    failedItems: Array.isArray(batchItemFailures) ? batchItemFailures.map(String) : [],
    ...(typeof statusCode === "number" && { status: statusCode }),
    ...(isError && { error: Object.assign(new Error(errorMessage), { name: String(errorType) }) }),
  };
};
