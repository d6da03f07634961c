// What all wrappers do alike: open the call, run the function, end it.
import wrap, { type MiddyfiedHandler, type Request } from "@middy/core";
import type { Context } from "aws-lambda";
import {
  openCall,
  openProcess,
  type Call,
  type CallNames,
  type CollectMetrics,
  type OpenCall,
  type Process,
} from "./call.ts";

/** A real middy handler: `.use()`, `.before()`, `.after()` and `.onError()` work on it. */
export type Handler<Event, Result> = MiddyfiedHandler<Event, Result>;

/** What distinguishes one kind of trigger from the others. */
export interface Trigger<Event, Result, Reply = Result> {
  readonly collect: CollectMetrics;
  readonly names?: (event: Event) => CallNames;
  readonly run: (event: Event, call: Call) => Promise<Reply>;
  /** Turns what the function returned into what Lambda returns; must close the call. */
  readonly seal: (reply: Reply, event: Event, open: OpenCall) => Result;
  /** Answers an error; without it the error is logged and thrown, so that Lambda's own retries take it. */
  readonly fail?: (error: unknown, event: Event, open: OpenCall) => Result;
}

const OPEN_CALL = Symbol("warmstart.call");
type OpenContext = Context & { [OPEN_CALL]?: OpenCall | undefined };

const openOf = (context: OpenContext): OpenCall => context[OPEN_CALL] as OpenCall; // put there by `before`, the first of all

// Lambda makes a context for each invocation; one that is in use comes from a test that shares it.
const carry = (context: OpenContext, open: OpenCall | undefined): Context => {
  const own = open && context[OPEN_CALL] ? (Object.create(context) as OpenContext) : context;
  own[OPEN_CALL] = open;
  return own;
};

// middy would answer 5 ms before the time-out and leave the function running into the next invocation: Lambda's own end
// of the process is cleaner, and `signal` warns early enough.
const NO_EARLY_ANSWER = { timeoutEarlyInMillis: 0 };

/**
 * The base of every wrapper: ONE middy middleware that opens the call before, and seals or fails it after.
 * The event is not touched; the call travels on Lambda's context.
 */
export const trigger = <Event, Result, Reply = Result>({
  collect,
  names,
  run,
  seal,
  fail,
}: Trigger<Event, Result, Reply>): Handler<Event, Result> => {
  let process: Process | undefined;
  const handler = async (event: Event, context: Context): Promise<unknown> => run(event, openOf(context).call);
  const ownHandler = handler as (event: Event, context: Context) => Promise<Result>; // `seal` makes it true
  return wrap<Event, Result>(ownHandler, NO_EARLY_ANSWER).use({
    before: (request: Request<Event>) => {
      const coldStart = !process;
      process ??= openProcess(request.context.functionName);
      const open = openCall(request.context, process, coldStart, { names: names?.(request.event), collect });
      request.context = carry(request.context, open);
    },
    after: (request: Request<Event>) => {
      request.response = seal(request.response as Reply, request.event, openOf(request.context));
      carry(request.context, undefined);
    },
    onError: (request: Request<Event>) => {
      const open = openOf(request.context);
      carry(request.context, undefined);
      if (fail) {
        request.response = fail(request.error, request.event, open);
        return;
      }
      open.call.log.error("The invocation failed", { error: request.error });
      open.close();
    },
  });
};
