// The route that serves a service's OpenAPI document.
import { sha256 } from "../idempotency/request-hash.ts";
import type { Handler } from "../trigger/trigger.ts";
import type { HttpEvent } from "./event.ts";
import { http } from "./http.ts";
import { text } from "./replies.ts";
import type { HttpResult } from "./seal.ts";

/** `GET /openapi.json`: the service's document, tagged by its content and kept for five minutes. */
export const serveOpenApi = (document: object): Handler<HttpEvent, HttpResult> => {
  const json = JSON.stringify(document);
  const init = { etag: `"${sha256(json).slice(0, 22)}"`, headers: { "cache-control": "max-age=300" } };
  return http({}, () => text(json, "application/json", init));
};
