// An HTTP answer on its way to the client.
import type { ServerResponse } from "node:http";
import { MESSAGES } from "./limits.ts";

export interface Answer {
  readonly status: number;
  /** Lower-case names; a name may repeat. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

/** Of an authorizer: its context goes into `requestContext.authorizer`, its answer to the client instead of the route's. */
export type Verdict = { readonly context?: object } | { readonly answer: Answer };

/** What the API answers by itself: `{"message":"Not Found"}` and its like. */
export const failure = (status: keyof typeof MESSAGES): Answer => ({
  status,
  headers: [["content-type", "application/json"]],
  body: JSON.stringify({ message: MESSAGES[status] }),
});

const grouped = (headers: Answer["headers"]): Record<string, string | string[]> => {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const before = all[name];
    all[name] = before === undefined ? value : [before, value].flat();
  }
  return all;
};

export interface Sending {
  readonly head: boolean;
  /** Ends the connection afterwards: the rest of the request was not read. */
  readonly close?: boolean;
}

/** Sends; HEAD, 204 and 304 go without a body, and a client that has left is no error. */
export const send = (
  response: ServerResponse,
  { status, headers, body }: Answer,
  { head, close = false }: Sending,
): void => {
  if (response.destroyed || response.headersSent) return;
  response.on("error", () => response.destroy());
  const bodiless = status === 204 || status === 304;
  const length = bodiless ? {} : { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...grouped(headers), ...length, ...(close && { connection: "close" }) });
  if (head || bodiless) response.end();
  else response.end(body);
};
