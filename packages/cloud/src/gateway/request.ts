// A Node request as the services see it.
import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { AwsRequest } from "./service.ts";

/** Bodies that a service reads whole. S3 objects are streamed and have no such cap. */
const LARGEST_BUFFERED_BODY_BYTES = 16 * 1024 * 1024;

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > LARGEST_BUFFERED_BODY_BYTES) {
        const message = `The request body is over ${LARGEST_BUFFERED_BODY_BYTES} bytes`;
        throw new AwsError("RequestEntityTooLarge", 413, message);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError("IncompleteBody", 400, "The connection ended before the request body did");
  }
  return Buffer.concat(chunks);
};

/** HTTP/2 names the host in a pseudo header. */
export const hostOf = ({ headers }: IncomingMessage): string => headers.host ?? String(headers[":authority"] ?? "");

const joinHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null); // a client may ask for a header called constructor
  if (request.httpVersionMajor === 2) {
    for (const [name, value] of Object.entries(request.headers)) {
      if (!name.startsWith(":") && value !== undefined) headers[name] = String(value);
    }
    headers["host"] ??= hostOf(request);
    return headers;
  }
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = values?.join(",") ?? "";
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
