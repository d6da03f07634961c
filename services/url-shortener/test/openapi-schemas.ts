// The parts of the OpenAPI document that are no schema of a route.
export type Json = Readonly<Record<string, unknown>>;

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

export const Form: Json = {
  type: "object",
  properties: { password: { type: "string", maxLength: 128 } },
  additionalProperties: false,
};
export const Batch: Json = {
  type: "object",
  properties: { links: { type: "array", items: ref("NewLink"), minItems: 1, maxItems: 100 } },
  required: ["links"],
  additionalProperties: false,
};
export const BatchResults: Json = {
  type: "object",
  properties: {
    results: {
      type: "array",
      items: {
        type: "object",
        properties: {
          index: { type: "integer" },
          status: { type: "integer" },
          code: { type: "string" },
          shortUrl: { type: "string" },
          problem: ref("Problem"),
        },
        required: ["index", "status"],
        additionalProperties: false,
      },
    },
  },
  required: ["results"],
  additionalProperties: false,
};
export const LinkPage: Json = {
  type: "object",
  properties: {
    data: { type: "array", items: ref("Link") },
    page: {
      type: "object",
      properties: { limit: { type: "integer" }, next: { type: ["string", "null"] } },
      required: ["limit", "next"],
      additionalProperties: false,
    },
  },
  required: ["data", "page"],
  additionalProperties: false,
};
export const Problem: Json = {
  type: "object",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { pointer: { type: "string" }, code: { type: "string" }, detail: { type: "string" } },
        required: ["pointer", "code", "detail"],
      },
    },
  },
  required: ["type", "title", "status", "instance", "code"],
};
