// What a function makes of an event, as the tables beside the events of a service say it.
import type { Invocation } from "./invoke.ts";

/**
 * The status of an HTTP answer; how many messages of a batch failed; what was thrown, by its name; `refuses`, an
 * authorizer's no. All else is `done`. A word of its own is a log line's: `done: import ended`, `refuses: image rejected`.
 */
export type Outcome =
  number | "done" | "refuses" | `done: ${string}` | `refuses: ${string}` | `${number} failed` | `throws ${string}`;

/** Whether it is the event's fault or failure: a 4xx, a message that comes again, an error, a refusal. */
export const isFailing = (outcome: Outcome): boolean =>
  typeof outcome === "number" ? outcome >= 400 : !outcome.startsWith("done");

const refused = (result: unknown): boolean =>
  typeof result === "object" && result !== null && "isAuthorized" in result && result.isAuthorized === false;

const plainly = ({ result, error, status, failedItems }: OutcomeSource): Outcome => {
  if (error !== undefined) return `throws ${error instanceof Error ? error.name : typeof error}`;
  if (status !== undefined) return status;
  if (refused(result)) return "refuses";
  return failedItems.length > 0 ? `${failedItems.length} failed` : "done";
};

export type OutcomeSource = Pick<Invocation, "result" | "error" | "status" | "failedItems" | "logs">;

/** What was done; in the words of `expected` where the log holds them. */
export const outcomeOf = (source: OutcomeSource, expected: Outcome): Outcome => {
  const outcome = plainly(source);
  const [, said] = /^(?:done|refuses): (.+)$/.exec(String(expected)) ?? [];
  return outcome === "done" && source.logs.some(({ message }) => message === said) ? expected : outcome;
};
