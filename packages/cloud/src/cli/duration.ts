import { readDuration } from "../admin/duration.ts";
import { UsageError } from "./usage.ts";

/** Milliseconds of `90s`, `15m`, `3h`, `1d`; `what` names the argument in the error. */
export const durationOf = (text: string | undefined, what: string): number => {
  const ms = text === undefined ? undefined : readDuration(/^\d+$/.test(text) ? `${text}ms` : text);
  if (ms === undefined) throw new UsageError(`${what} takes 500ms, 90s, 15m, 3h or 1d, not ${text ?? "nothing"}`);
  return ms;
};
