// A request as it arrives, within the limits of HTTP APIs.
import type { IncomingMessage } from "node:http";
import { LIMITS } from "./limits.ts";

export interface HttpRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Lower-case names, repeated ones joined with "," (cookies with "; "). */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly body: Buffer;
}

/** `close`: part of the body is still on its way. */
export type Refusal = { readonly status: 413 | 431; readonly close: boolean } | { readonly status: "aborted" };

const NO_BODY = Buffer.alloc(0);

const joinHeaders = (raw: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null); // a header may be called __proto__
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === "cookie" ? "; " : ","}${value}`;
  }
  return headers;
};

/**
 * Reads the whole body, by events: an async iterator costs a tenth of a small request. Over the limit it is read on and
 * dropped, else the client would be cut off before the 413.
 */
const readBody = (incoming: IncomingMessage): Promise<Buffer | Refusal> =>
  new Promise((resolve) => {
    const { "content-length": length = "0", "transfer-encoding": coding } = incoming.headers;
    if (length === "0" && coding === undefined) return resolve(NO_BODY);
    let chunks: Buffer[] = [];
    let sizeBytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= LIMITS.bodyBytes) chunks.push(chunk);
      else chunks = [];
      if (sizeBytes > LIMITS.bodyBytes + LIMITS.drainedBytes) resolve({ status: 413, close: true });
    });
    incoming.on("end", () => {
      const [only] = chunks;
      if (sizeBytes > LIMITS.bodyBytes) resolve({ status: 413, close: false });
      else resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    incoming.on("error", () => resolve({ status: "aborted" }));
    incoming.on("close", () => resolve({ status: "aborted" })); // no matter when it has ended before
  });

/** The target without a scheme and host, which a proxy's request line has. */
const targetOf = (url: string): string => (url.startsWith("/") ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, "") || "/");

export const readRequest = async (incoming: IncomingMessage): Promise<HttpRequest | Refusal> => {
  const { method = "GET", url = "/", rawHeaders, httpVersion } = incoming;
  const headerBytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, method.length + url.length);
  const body = await readBody(incoming);
  if (!Buffer.isBuffer(body)) return body;
  if (headerBytes > LIMITS.headerBytes) return { status: 431, close: false };
  const target = targetOf(url);
  const mark = target.indexOf("?");
  return {
    method,
    rawPath: mark < 0 ? target : target.slice(0, mark),
    rawQuery: mark < 0 ? "" : target.slice(mark + 1),
    headers: joinHeaders(rawHeaders),
    protocol: `HTTP/${httpVersion}`,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    body,
  };
};
