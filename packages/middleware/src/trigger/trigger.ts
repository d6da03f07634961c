import wrap, { type MiddyfiedHandler, type Request } from "@middy/core";
import type { Context } from "aws-lambda";
import { openCall, type Call, type CallNames, type OpenCall } from "./call.ts";

/** A real middy handler: `.use()`, `.before()`, `.after()` and `.onError()` work on it. */
export type Handler<Event, Result> = MiddyfiedHandler<Event, Result>;

/** What distinguishes one kind of trigger from the others. */
export interface Trigger<Event, Result, Reply = Result> {
  readonly names?: (event: Event, context: Context) => CallNames;
  readonly run: (event: Event, call: Call) => Promise<Reply>;
  /** Turns what the function returned into what Lambda returns; must close the call. */
  readonly seal: (reply: Reply, event: Event, open: OpenCall) => Result;
  /** Answers an error; without it the error is logged and thrown, so that Lambda's own retries take it. */
  readonly fail?: (error: unknown, event: Event, open: OpenCall) => Result;
}

const openKey = Symbol("warmstart.call");
type OpenContext = Context & { [openKey]?: OpenCall };

const openOf = (context: Context): OpenCall => {
  const open = (context as OpenContext)[openKey]; // put there by `before`
  if (!open) throw new Error("The wrapper's own middleware did not run");
  return open;
};

/**
 * The base of every wrapper: ONE middy middleware that opens the call before, and seals or fails it after.
 * The event is not touched; the call travels on a context derived from Lambda's.
 */
export const trigger = <Event, Result, Reply = Result>({
  names,
  run,
  seal,
  fail,
}: Trigger<Event, Result, Reply>): Handler<Event, Result> => {
  let coldStart = true;
  const handler = async (event: Event, context: Context): Promise<unknown> => run(event, openOf(context).call);
  return wrap<Event, Result>(handler as (event: Event, context: Context) => Promise<Result>).use({
    before: (request: Request<Event>) => {
      const open = openCall(request.context, coldStart, names?.(request.event, request.context) ?? {});
      coldStart = false;
      request.context = Object.assign(Object.create(request.context) as OpenContext, { [openKey]: open });
    },
    after: (request: Request<Event>) => {
      request.response = seal(request.response as Reply, request.event, openOf(request.context));
    },
    onError: (request: Request<Event>) => {
      const open = openOf(request.context);
      if (fail) {
        request.response = fail(request.error, request.event, open);
        return;
      }
      open.call.log.error("The invocation failed", { error: request.error });
      open.close();
    },
  });
};
