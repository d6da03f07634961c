// Answers without a body: to a client that has it already, and to HEAD.
import { matchesEtag } from "./etag.ts";
import type { HttpEvent } from "./event.ts";
import type { Reply } from "./replies.ts";

const withoutBody = ({ body: _body, isBase64Encoded: _encoded, ...rest }: Reply): Reply => rest;

/** 304 where `If-None-Match` names the reply's tag; no body on HEAD. */
export const conditional = (reply: Reply, event: HttpEvent): Reply => {
  const { method } = event.requestContext.http;
  if (!reply || (method !== "GET" && method !== "HEAD")) return reply;
  const etag = reply.headers?.["etag"];
  if (reply.statusCode === 200 && etag && matchesEtag(event.headers?.["if-none-match"], etag)) {
    const { "content-type": _type, ...headers } = reply.headers ?? {};
    return { ...withoutBody(reply), statusCode: 304, headers };
  }
  return method === "HEAD" ? withoutBody(reply) : reply;
};
