export type { Answer, Api, ApiRoute, Codes, Schema, Scheme } from "./openapi/api.ts";
export { openApi, writeOpenApi } from "./openapi/document.ts";
export { type Json, pageOf, Problem } from "./openapi/schemas.ts";
