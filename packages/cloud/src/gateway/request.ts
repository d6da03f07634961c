// A Node request as the services see it.
import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { AwsRequest } from "./service.ts";

/** Bodies that a service reads whole. S3 objects are streamed and have no such cap. */
const LARGEST_BUFFERED_BODY_BYTES = 16 * 1024 * 1024;

/** By events: an async iterator costs a tenth of a small request. */
const readAll = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const cut = (): void => {
      if (request.readableEnded) return; // a request that was read is closed too
      reject(new AwsError("IncompleteBody", 400, "The connection ended before the request body did"));
    };
    if (request.destroyed) return cut();
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes <= LARGEST_BUFFERED_BODY_BYTES) return;
      const message = `The request body is over ${LARGEST_BUFFERED_BODY_BYTES} bytes`;
      reject(new AwsError("RequestEntityTooLarge", 413, message));
      request.destroy();
    });
    request.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.on("error", cut);
    request.on("close", cut);
  });

/** HTTP/2 names the host in a pseudo header, which goes before a header of the client's own (RFC 9113, 8.3.1). */
export const hostOf = ({ headers }: IncomingMessage): string => String(headers[":authority"] ?? headers.host ?? "");

const joinHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null); // a client may ask for a header called constructor
  if (request.httpVersionMajor === 2) {
    for (const [name, value] of Object.entries(request.headers)) {
      if ((!name.startsWith(":") || name === ":authority") && value !== undefined) headers[name] = String(value);
    }
    headers["host"] ??= hostOf(request);
    return headers;
  }
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
};

export const toAwsRequest = (request: IncomingMessage): AwsRequest => {
  // Proxies' clients send the whole address (RFC 9112, 3.2.2); the Host header was checked already.
  const url = (request.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "") || "/";
  const mark = url.indexOf("?");
  const rawQuery = mark < 0 ? "" : url.slice(mark + 1);
  let whole: Promise<Buffer> | undefined;
  return {
    method: request.method ?? "GET",
    host: hostOf(request),
    path: mark < 0 ? url : url.slice(0, mark),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: joinHeaders(request),
    stream: request,
    body: () => (whole ??= readAll(request)),
  };
};
