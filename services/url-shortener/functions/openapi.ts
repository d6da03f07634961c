import { http, plain } from "@warmstart/middleware";
import { createHash } from "node:crypto";
import openapi from "../openapi.json" with { type: "json" };

const document = JSON.stringify(openapi);
const etag = `"${createHash("sha256").update(document).digest("base64url").slice(0, 22)}"`;

export const handler = http({}, () =>
  plain(document, "application/json", { etag, headers: { "cache-control": "max-age=300" } }),
);
