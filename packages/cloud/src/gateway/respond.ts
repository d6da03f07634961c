// Writes an AwsResponse to the socket; a body stream that fails ends the connection, so a cut answer looks cut.
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { AwsResponse } from "./service.ts";

export const respond = async (response: ServerResponse, answer: AwsResponse, headOnly = false): Promise<void> => {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  const { body } = answer;
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) {
    const content = body ?? ""; // a string goes out in one write with the head, which is twice as fast as two
    const mayHaveBody = answer.status !== 204 && answer.status !== 304;
    if (mayHaveBody && !response.hasHeader("content-length"))
      response.setHeader("content-length", Buffer.byteLength(content));
    response.end(headOnly || !mayHaveBody ? undefined : content);
    return;
  }
  if (headOnly) {
    body.destroy();
    response.end();
    return;
  }
  await pipeline(body, response).catch(() => response.destroy());
};
