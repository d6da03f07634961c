// What may be spent in a day, of all owners together; in millionths of a US dollar.
import type { Metrics, Variable } from "@warmstart/middleware";
import { fail } from "./errors.ts";
import type { PostStore } from "./ports.ts";

export const MICRO = 1_000_000;
const DAY_MS = 86_400_000;

/** US dollars in a function's environment. */
export const usd = (): Variable<number> => ({
  parse: (text) => {
    if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) throw new TypeError("must be an amount in US dollars");
    return Math.round(Number(text) * MICRO);
  },
});

/** 429 until the next day. */
export const overBudget = (now: number): Error =>
  fail("budget-exhausted", "What may be spent today is spent; tomorrow (UTC) there is more", {
    headers: { "retry-after": String(Math.ceil((DAY_MS - (now % DAY_MS)) / 1000)) },
  });

/** For the alarm that rings before the day's budget is used up; without the number, the post stands all the same. */
export const noteBudget = async (
  { posts, limitMicroUsd, metrics }: { posts: PostStore; limitMicroUsd: number; metrics: Metrics },
  date: string,
): Promise<void> => {
  const spent = await posts.spent(date).catch(() => undefined);
  if (spent === undefined) return;
  const left = Math.max(0, limitMicroUsd - spent);
  metrics.add("budget_left_usd", left / MICRO, "None");
  metrics.add("budget_left_share", limitMicroUsd === 0 ? 0 : left / limitMicroUsd, "None");
};
