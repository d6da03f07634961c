import { extendCall, type Call, type CollectMetrics } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import { headersOf, requestIdOf, routeOf, type HttpEvent } from "./event.ts";
import { lenientQuery } from "./query.ts";
import type { Reply } from "./replies.ts";
import { seal, sealError, type HttpResult } from "./seal.ts";

type TextMap = Readonly<Record<string, string>>;

export interface HttpBareInput extends Omit<Call, "metrics"> {
  readonly path: Readonly<Record<string, string | undefined>>;
  /** The first value of each parameter; what is malformed is left out. */
  readonly query: TextMap;
  /** Names in lower case. */
  readonly headers: TextMap;
  readonly method: string;
  readonly route: string;
  readonly event: HttpEvent;
}

// The request's own metrics are written all the same. `HttpBareInput` has no `metrics`, so nobody misses them here.
const noMetrics = (() => ({ lines: () => "" })) as unknown as CollectMetrics;

/**
 * `http` without schemas, callers, metrics of one's own and idempotency, for public hot paths where every KB of the bundle counts. Errors,
 * headers, log and metrics are the same; the function checks its input itself.
 */
export const httpBare = (fn: (input: HttpBareInput) => Promise<Reply> | Reply): Handler<HttpEvent, HttpResult> =>
  trigger<HttpEvent, HttpResult, Reply>({
    collect: noMetrics,
    names: (event) => ({ requestId: requestIdOf(event) }),
    run: async (event, call) =>
      fn(
        extendCall(call, {
          path: event.pathParameters ?? {},
          query: lenientQuery(event.rawQueryString),
          headers: headersOf(event),
          method: event.requestContext.http.method,
          route: routeOf(event),
          event,
        }),
      ),
    seal,
    fail: sealError,
  });
