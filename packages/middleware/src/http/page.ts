// A page of a list, as an answer.
import { ok, type Reply, type ReplyInit } from "./replies.ts";
import type { HttpEvent } from "./event.ts";

/** One page of a list; `next` is the cursor of the following one, or null at the end. A page may be empty and go on. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly limit: number;
  readonly next: string | null;
}

/** 200 `{ data, page: { limit, next } }`, with `Link: <…>; rel="next"` where there is a next page. */
export const page = <T>({ data, limit, next }: Page<T>, event: HttpEvent, init: ReplyInit = {}): Reply => {
  const body = { data, page: { limit, next } };
  if (next === null) return ok(body, init);
  const query = new URLSearchParams(event.rawQueryString);
  query.set("cursor", next);
  const link = `<${event.rawPath}?${query.toString()}>; rel="next"`;
  return ok(body, { ...init, headers: { link, ...init.headers } });
};

/** `?limit=` as a number, 1 to 100; for schemas that keep query parameters as the text they are. */
export const limitOf = (limit: string | undefined): number => Math.min(100, Math.max(1, Number(limit ?? 20) || 20));
