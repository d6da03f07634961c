// A route of the admin API with its schemas: what it takes, and what it answers. The console and the CLI are typed by them.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";

export interface AdminCall {
  readonly query: URLSearchParams;
  /** What stands for `{name}` or `{id}` in the path. */
  readonly name: string;
  readonly body: unknown;
}

export interface AdminRoute {
  /** Schema of the answer. */
  readonly answer: v.GenericSchema;
  readonly run: (call: AdminCall) => unknown;
}

/** By `METHOD /path` below /_warmstart/v1; one segment may be `{name}`. */
export type AdminRoutes = Readonly<Record<string, AdminRoute>>;

type Schema = v.GenericSchema;

interface Shape<Q extends Schema, B extends Schema, A extends Schema> {
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
}

interface Asked<Q extends Schema, B extends Schema> {
  readonly query: v.InferOutput<Q>;
  readonly body: v.InferOutput<B>;
  readonly name: string;
}

const parse = <S extends Schema>(schema: S | undefined, value: unknown, where: string): v.InferOutput<S> => {
  if (schema === undefined) return undefined;
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const at = v.getDotPath(issue);
  throw new AwsError("Bad Request", 400, `${where}${at === null ? "" : ` ${at}`}: ${issue.message}`);
};

/** Types the handler by the schemas and checks what comes in; what goes out is checked by the compiler and by tests. */
export const route = <Q extends Schema, B extends Schema, A extends Schema>(
  { query, body, answer }: Shape<Q, B, A>,
  run: (asked: Asked<Q, B>) => v.InferOutput<A> | Promise<v.InferOutput<A>>,
): AdminRoute => ({
  answer,
  run: (call) =>
    run({
      name: call.name,
      query: parse(query, Object.fromEntries(call.query), "the query"),
      body: parse(body, call.body, "the body"),
    }),
});

export const nothing = v.object({});

/** A list that nobody changes. */
export const list = <S extends Schema>(item: S) => v.pipe(v.array(item), v.readonly());

export const texts = v.pipe(v.record(v.string(), v.string()), v.readonly());

const MOST = 1_000;

/** `limit` and `cursor` of every list. */
export const paging = {
  limit: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(MOST))),
  cursor: v.optional(v.string()),
};

/** One page of `items`, which come newest first; the cursor is the key of the last one seen. */
export const pageOf = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit = 100, cursor }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): { readonly page: readonly T[]; readonly next?: string } => {
  const from = cursor === undefined ? 0 : items.findIndex((item) => keyOf(item) === cursor) + 1;
  if (cursor !== undefined && from === 0) {
    throw new AwsError("Bad Request", 400, `the query cursor: ${cursor} is not in this list any more`);
  }
  const page = items.slice(from, from + limit);
  const last = page.at(-1);
  return { page, ...(from + limit < items.length && last !== undefined && { next: keyOf(last) }) };
};
