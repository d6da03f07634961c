// The wrapper of a route on which every microsecond counts.
import type { Context } from "aws-lambda";
import { extendCall, openCall, openProcess, type Call, type CollectMetrics, type Process } from "../trigger/call.ts";
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
 * `http` without schemas, callers, metrics of one's own, idempotency and middy (no `.use()`), for public hot paths where
 * every KB and microsecond counts. Errors, headers, log and metrics are the same; the function checks its input itself.
 */
export const httpBare = (
  fn: (input: HttpBareInput) => Promise<Reply> | Reply,
): ((event: HttpEvent, context: Context) => Promise<HttpResult>) => {
  let process: Process | undefined;
  return async (event, context) => {
    const coldStart = !process;
    process ??= openProcess(context.functionName);
    const names = { requestId: requestIdOf(event) };
    const open = openCall(context, process, coldStart, { names, collect: noMetrics });
    try {
      const input = extendCall(open.call, {
        path: event.pathParameters ?? {},
        query: lenientQuery(event.rawQueryString),
        headers: headersOf(event),
        method: event.requestContext.http.method,
        route: routeOf(event),
        event,
      });
      return seal(await fn(input), event, open);
    } catch (error) {
      return sealError(error, event, open);
    }
  };
};
