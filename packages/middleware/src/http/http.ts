// The wrapper of a route of an HTTP API.
import { commonError, type FieldProblem } from "../errors/app-error.ts";
import { toAppError } from "../errors/classify.ts";
import { notFound } from "../errors/makers.ts";
import { sha256 } from "../idempotency/request-hash.ts";
import type { LogFields } from "../log/log.ts";
import { validate, validated, type Schema } from "../schema/validate.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import type { HttpAccept, HttpInput } from "./accept.ts";
import { readForm, readJson } from "./body.ts";
import { admit, callerOf, subOf, type Caller, type Group } from "./caller.ts";
import { conditional } from "./conditional.ts";
import { headersOf, requestIdOf, routeOf, type HttpEvent } from "./event.ts";
import { lenientQuery, strictQuery } from "./query.ts";
import type { Reply } from "./replies.ts";
import { problem, seal, sealError, type HttpResult } from "./seal.ts";

// The types of one route are checked where `http` is called; inside, its parts are what they are at run time.
type AnyAccept = HttpAccept<Schema, Schema | "any", Schema, Schema, readonly string[], Group, unknown>;
type AnyFunction = (input: Call) => Promise<Reply> | Reply;
type TextMap = Readonly<Record<string, string>>;
interface RequestInput {
  readonly body: unknown;
  readonly query: unknown;
  readonly path: unknown;
  readonly headers: unknown;
  readonly caller: Caller;
  readonly method: string;
  readonly route: string;
  readonly event: HttpEvent;
}

const BODYLESS = new Set(["GET", "HEAD", "DELETE"]);

const withBody = (event: HttpEvent): boolean => !BODYLESS.has(event.requestContext.http.method);

const readBody = (accept: AnyAccept, event: HttpEvent, headers: TextMap): unknown =>
  (accept.bodyType === "form" ? readForm : readJson)(event, headers, accept);

const list = (problems: readonly FieldProblem[]): string =>
  problems
    .slice(0, 20)
    .map(({ pointer, detail }) => `${pointer.slice(2)} ${detail}`)
    .join("; ");

const checkQuery = async (schema: Schema, query: TextMap): Promise<unknown> => {
  const checked = await validate(schema, query);
  if (!checked.ok) throw commonError("invalid-query", list(checked.problems), { errors: checked.problems });
  return checked.value;
};

const readQuery = ({ query: schema }: AnyAccept, { rawQueryString }: HttpEvent): TextMap => {
  if (schema === "any") return lenientQuery(rawQueryString);
  const query = strictQuery(rawQueryString);
  for (const _name in schema ? {} : query) throw commonError("invalid-query", "This route takes no query parameters");
  return query;
};

const checkPath = async (schema: Schema, path: unknown): Promise<unknown> => {
  const checked = await validate(schema, path);
  if (!checked.ok) throw notFound("There is nothing at this address");
  return checked.value;
};

const checkHeaders = async (schema: Schema, headers: TextMap): Promise<unknown> => {
  const checked = await validate(schema, headers);
  if (!checked.ok) throw commonError("invalid-header", list(checked.problems));
  return checked.value;
};

/** Everything that comes in, checked in this order: caller, path, query, headers, body. */
const read = async (
  accept: AnyAccept,
  event: HttpEvent,
): Promise<{ input: RequestInput; raw: unknown; sent: TextMap }> => {
  const sent = headersOf(event);
  const caller = callerOf(event, accept.jwt);
  admit(caller, accept);
  // Only what has a schema is awaited: each await costs a turn of the loop's queue.
  const pathParameters = event.pathParameters ?? {};
  const path = accept.path ? await checkPath(accept.path, pathParameters) : pathParameters;
  const found = readQuery(accept, event);
  const query = accept.query && accept.query !== "any" ? await checkQuery(accept.query, found) : found;
  const headers = accept.headers ? await checkHeaders(accept.headers, sent) : sent;
  const raw = accept.body && withBody(event) ? readBody(accept, event, sent) : undefined;
  const body = accept.body && withBody(event) ? await validated(accept.body, raw, "the request body") : undefined;
  const { method } = event.requestContext.http;
  return { input: { body, query, path, headers, caller, method, route: routeOf(event), event }, raw, sent };
};

const run = async (accept: AnyAccept, fn: AnyFunction, event: HttpEvent, call: Call): Promise<Reply> => {
  const { input, raw, sent } = await read(accept, event);
  const { caller, method, route } = input;
  const signedIn = caller as Exclude<Caller, { kind: "anonymous" }>; // what `plan` may rely on, `admit` has checked
  const plan = (): unknown => accept.plan?.({ body: input.body, caller: signedIn });
  const effect = async (planned: unknown, idempotencyKeyHash?: string): Promise<Reply> =>
    fn(extendCall(call, { ...input, plan: planned, idempotencyKeyHash }));
  if (!accept.idempotent) return effect(await plan());
  return accept.idempotent.run({
    key: sent["idempotency-key"],
    sub: caller.kind === "anonymous" ? undefined : caller.sub,
    route,
    method,
    path: event.rawPath,
    query: event.rawQueryString,
    body: raw,
    call,
    plan,
    effect,
    failed: (error) => problem(toAppError(error), call.requestId),
  });
};

// The log knows callers apart without knowing who they are.
const who = (event: HttpEvent): LogFields => {
  const sub = subOf(event);
  return sub === undefined ? {} : { sub_hash: sha256(sub).slice(0, 16) };
};

/**
 * A route of an HTTP API: validates everything that comes in, answers every error as RFC 9457, adds the headers that
 * each answer has, and writes one log line and its metrics. The types of `body`, `query`, `path` and `headers` are those
 * of the schemas; any Standard Schema fits.
 */
export const http = <
  B extends Schema | undefined = undefined,
  Q extends Schema | "any" | undefined = undefined,
  P extends Schema | undefined = undefined,
  H extends Schema | undefined = undefined,
  const S extends readonly string[] | undefined = undefined,
  const G extends Group | undefined = undefined,
  Plan = undefined,
>(
  accept: HttpAccept<B, Q, P, H, S, G, Plan>,
  fn: (input: HttpInput<B, Q, P, H, S, G, Awaited<Plan>>) => Promise<Reply> | Reply,
): Handler<HttpEvent, HttpResult> => {
  const anyAccept = accept as unknown as AnyAccept; // see above
  const anyFunction = fn as unknown as AnyFunction;
  return trigger<HttpEvent, HttpResult, Reply>({
    collect: createMetrics,
    names: (event) => ({ requestId: requestIdOf(event) }),
    run: async (event, call) => run(anyAccept, anyFunction, event, call),
    seal: (reply, event, open) => seal(conditional(reply, event), event, open, who(event)),
    fail: (error, event, open) => sealError(error, event, open, who(event)),
  });
};
