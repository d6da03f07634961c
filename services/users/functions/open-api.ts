import { serveOpenApi } from "@warmstart/middleware";
import openapi from "../openapi.json" with { type: "json" };

export const handler = serveOpenApi(openapi);
