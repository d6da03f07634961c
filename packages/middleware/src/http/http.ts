import { commonError } from "../errors/app-error.ts";
import { toAppError } from "../errors/classify.ts";
import { invalid, notFound } from "../errors/makers.ts";
import { sha256 } from "../idempotency/request-hash.ts";
import type { LogFields } from "../log/log.ts";
import { validate, type Schema } from "../schema/validate.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import type { HttpAccept, HttpInput } from "./accept.ts";
import { defaultMaxBodyBytes, readForm, readJson } from "./body.ts";
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

const bodyless = new Set(["GET", "HEAD", "DELETE"]);

const readBody = async (accept: AnyAccept, event: HttpEvent, headers: TextMap): Promise<[unknown, unknown]> => {
  if (!accept.body || bodyless.has(event.requestContext.http.method)) return [undefined, undefined];
  const read = accept.bodyType === "form" ? readForm : readJson;
  const raw = read(event, headers, accept.maxBodyBytes ?? defaultMaxBodyBytes);
  const checked = await validate(accept.body, raw);
  if (!checked.ok) throw invalid(checked.problems);
  return [raw, checked.value];
};

const checkQuery = async ({ query: schema }: AnyAccept, { rawQueryString }: HttpEvent): Promise<unknown> => {
  if (schema === "any") return lenientQuery(rawQueryString);
  const query = strictQuery(rawQueryString);
  const [unknown] = schema ? [] : Object.keys(query);
  if (unknown !== undefined) throw commonError("invalid-query", "This route takes no query parameters");
  if (!schema) return query;
  const checked = await validate(schema, query);
  if (checked.ok) return checked.value;
  const details = checked.problems
    .slice(0, 20)
    .map(({ pointer, detail }) => `${pointer.slice(2) || "query"} ${detail}`);
  throw commonError("invalid-query", details.join("; "));
};

const checkPath = async ({ path: schema }: AnyAccept, event: HttpEvent): Promise<unknown> => {
  const pathParameters = event.pathParameters ?? {};
  if (!schema) return pathParameters;
  const checked = await validate(schema, pathParameters);
  if (!checked.ok) throw notFound("There is nothing at this address");
  return checked.value;
};

const checkHeaders = async ({ headers: schema }: AnyAccept, headers: TextMap): Promise<unknown> => {
  if (!schema) return headers;
  const checked = await validate(schema, headers);
  if (checked.ok) return checked.value;
  throw commonError(
    "invalid-header",
    checked.problems.map((each) => `${each.pointer.slice(2)} ${each.detail}`).join("; "),
  );
};

const run = async (accept: AnyAccept, fn: AnyFunction, event: HttpEvent, call: Call): Promise<Reply> => {
  const headers = headersOf(event);
  const caller = callerOf(event, accept.jwt);
  admit(caller, accept);
  const path = await checkPath(accept, event);
  const query = await checkQuery(accept, event);
  const checkedHeaders = await checkHeaders(accept, headers);
  const [raw, body] = await readBody(accept, event, headers);
  const { method } = event.requestContext.http;
  const route = routeOf(event);
  const plan = (): unknown => accept.plan?.({ body, caller: caller as Exclude<Caller, { kind: "anonymous" }> });
  const known = { body, query, path, headers: checkedHeaders, caller, method, route, event };
  const effect = async (planned: unknown, idempotencyKeyHash?: string): Promise<Reply> =>
    fn(extendCall(call, { ...known, plan: planned, idempotencyKeyHash }));
  if (!accept.idempotent) return effect(await plan());
  return accept.idempotent.run({
    key: headers["idempotency-key"],
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
    names: (event) => ({ requestId: requestIdOf(event) }),
    run: async (event, call) => run(anyAccept, anyFunction, event, call),
    seal: (reply, event, open) => seal(conditional(reply, event), event, open, who(event)),
    fail: (error, event, open) => sealError(error, event, open, who(event)),
  });
};
