// Schemas of valibot as JSON Schema 2020-12, which OpenAPI 3.1 speaks, and those that every service has.
import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { Schema } from "./api.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A schema as JSON, with references to the named ones. */
export type Render = (schema: Schema) => Json;

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const CONFIG = {
  target: "draft-2020-12",
  typeMode: "input",
  ignoreActions: ["brand", "readonly"], // of types alone
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
} as const satisfies ConversionConfig;

/** RFC 9457. Members of a code's own are added where the code is. */
export const Problem: Schema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.optional(v.string()),
  instance: v.pipe(v.string(), v.startsWith("urn:request:")),
  code: v.string(),
  errors: v.optional(
    v.pipe(
      v.array(v.strictObject({ pointer: v.pipe(v.string(), v.startsWith("#")), code: v.string(), detail: v.string() })),
      v.maxLength(20),
    ),
  ),
});

/** What API Gateway answers by itself. */
const GatewayError = v.strictObject({ message: v.nullable(v.string()) });
const OF_ALL = { Problem, GatewayError };

/** One page of a list: `{ data, page: { limit, next } }`. */
export const pageOf = (item: Schema): Schema =>
  v.strictObject({
    data: v.array(item),
    page: v.strictObject({ limit: v.pipe(v.number(), v.integer()), next: v.nullable(v.string()) }),
  });

/** The components of the document. */
export const components = (schemas: Readonly<Record<string, Schema>>): Json =>
  toJsonSchemaDefs({ ...schemas, ...OF_ALL }, CONFIG);

export const renderWith =
  (schemas: Readonly<Record<string, Schema>>): Render =>
  (schema) => {
    const definitions = { ...schemas, ...OF_ALL };
    const { $schema: _schema, $defs: _defs, ...rest } = toJsonSchema(schema, { ...CONFIG, definitions });
    return rest;
  };
