// Writes an AwsResponse to the socket; a body stream that fails ends the connection, so a cut answer looks cut.
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { AwsResponse } from "./service.ts";

export const respond = async (response: ServerResponse, answer: AwsResponse, headOnly = false): Promise<void> => {
  const { status, body } = answer;
  const headers = { ...answer.headers } as OutgoingHttpHeaders; // lists are only read
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) {
    const content = body ?? ""; // a string goes out in one write with the head, which is twice as fast as two
    const mayHaveBody = status !== 204 && status !== 304;
    if (mayHaveBody) headers["content-length"] ??= Buffer.byteLength(content);
    response.writeHead(status, headers);
    response.end(headOnly || !mayHaveBody ? undefined : content);
    return;
  }
  // Whoever asked is gone, and over HTTP/2 a pipeline would not notice. (Null: the answer before it is still on its way.)
  const socket = response.socket as ServerResponse["socket"] | undefined; // undefined once its HTTP/2 stream is closed
  if (socket === undefined || socket?.destroyed === true) {
    body.destroy();
    return;
  }
  response.writeHead(status, headers);
  if (headOnly) {
    body.destroy();
    response.end();
    return;
  }
  await pipeline(body, response).catch(() => response.destroy());
};
