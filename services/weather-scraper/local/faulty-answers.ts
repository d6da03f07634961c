// Answers that are not as they should be: other contents, or another way over the wire.
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Answer, problem } from "./answer.ts";
import type { Effect } from "./faults.ts";
import { nwsDocument } from "./nws-provider.ts";
import { recorded } from "./recorded.ts";

const MEGABYTE = 1_000_000;

const setAt = (value: unknown, [key, ...rest]: readonly string[], to: unknown): void => {
  if (typeof value !== "object" || value === null || key === undefined) return;
  const inside = value as Record<string, unknown>; // parsed JSON: lists have keys, too
  for (const each of key === "*" ? Object.keys(inside) : [key]) {
    if (rest.length === 0) inside[each] = to;
    else setAt(inside[each], rest, to);
  }
};

const edited = (body: string, set: Readonly<Record<string, unknown>>): string => {
  const document = JSON.parse(body) as unknown;
  for (const [path, to] of Object.entries(set)) setAt(document, path.split("."), to);
  return JSON.stringify(document);
};

const withStatus = (answer: Answer, { status, retryAfter, title }: Extract<Effect, { kind: "status" }>): Answer => {
  const given = status < 300 ? answer : problem(status, title ?? "Scripted", `scripted: ${status}`);
  const headers = { ...given.headers, ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) };
  return { ...given, status, headers };
};

const document = (answer: Answer, file: string, now: number): Answer =>
  file.startsWith("nws/")
    ? nwsDocument(file, { now, issuedBy: now })
    : { ...answer, status: 200, body: JSON.stringify(recorded(file)) };

/** The contents that an effect gives; those that are about the wire leave them as they are. */
export const contentsOf = (effect: Effect, answer: Answer, now: number): Answer => {
  switch (effect.kind) {
    case "status":
      return withStatus(answer, effect);
    case "text":
      return {
        status: 200,
        headers: { ...answer.headers, "content-type": effect.contentType ?? "application/json" },
        body: effect.text,
      };
    case "document":
      return document(answer, effect.file, now);
    case "edited":
      return { ...answer, body: edited(answer.body, effect.set) };
    default:
      return answer;
  }
};

function* repeated(chunk: Buffer, times: number): Generator<Buffer> {
  for (let sent = 0; sent < times; sent++) yield chunk;
}

/** A gzip file may have many members (RFC 1952, 2.2), so a bomb is the same small one again and again. */
const sendLarge = async (response: ServerResponse, { headers }: Answer, effect: Extract<Effect, { kind: "large" }>) => {
  const blanks = Buffer.alloc(MEGABYTE, " ");
  response.writeHead(200, { ...headers, ...(effect.gzip && { "content-encoding": "gzip" }) });
  const body = Readable.from(repeated(effect.gzip ? gzipSync(blanks) : blanks, effect.megabytes));
  await pipeline(body, response).catch(() => undefined); // nobody reads any more
};

const sendHalf = (response: ServerResponse, { status, headers, body }: Answer, then: () => void): void => {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), then);
};

/** Sends an answer as the effect has it; `send` does it as it should be done. */
export const sendFaulty = async (
  response: ServerResponse,
  { effect, answer, send }: { readonly effect: Effect; readonly answer: Answer; readonly send: () => void },
): Promise<void> => {
  switch (effect.kind) {
    case "slow":
      await delay(effect.ms, undefined, { ref: false });
      return send();
    case "silent":
      return;
    case "stalled":
      return sendHalf(response, answer, () => {});
    case "truncated":
      return sendHalf(response, answer, () => response.destroy());
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "large":
      return sendLarge(response, answer, effect);
    default:
      return send();
  }
};
