import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { openApi } from "../openapi.ts";
import { type Document, waysOf } from "../openapi/routes.ts";
import { hostileRequest, seeded } from "./fuzz.ts";
import { sampleOf } from "./sample.ts";
import type { Route } from "./target.ts";

const Money = v.strictObject({ amount: v.pipe(v.number(), v.minValue(5)), currency: v.picklist(["EUR", "JPY"]) });
const Order = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^ord_[0-9a-hjkmnp-tv-z]{26}$/)),
  price: Money,
  items: v.pipe(v.array(v.strictObject({ sku: v.pipe(v.string(), v.regex(/^[A-Z0-9-]{3,40}$/)) })), v.minLength(2)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  name: v.pipe(v.string(), v.minLength(9), v.maxLength(9)),
  kind: v.nullable(v.literal("gift")),
  isNew: v.boolean(),
  note: v.optional(v.string()),
});
const document = openApi({
  title: "orders",
  description: "",
  codes: { "malformed-json": 400, "invalid-query": 400, "not-found": 404, "body-too-large": 413, "unsupported-media-type": 415, "validation-failed": 422, internal: 500, "dependency-unavailable": 503 }, // prettier-ignore
  schemas: { Order, Money },
  routes: {
    "PUT /v1/orders/{id}": {
      id: "putOrder",
      summary: "",
      path: v.object({ id: v.string() }),
      query: v.strictObject({ limit: v.optional(v.string()), cursor: v.optional(v.string()) }),
      body: Order,
      answers: { 204: { description: "" } },
    },
  },
}) as unknown as Document;

const bodySchema = { $ref: "#/components/schemas/Order" };

test("a sample fits its schema", () => {
  const sample = sampleOf(bodySchema, document);
  expect(v.safeParse(Order, sample).issues).toBeUndefined();
  expect(sample).not.toHaveProperty("note");
});

test("a pattern that no known text fits asks for one", () => {
  expect(() => sampleOf({ type: "string", pattern: "^§$" }, document)).toThrow("give one in path or bodies");
});

test("the same seed sends the same, and another sends something else", () => {
  const [way] = waysOf(document);
  const route = { ...way, id: "putOrder", parameters: [], bodyType: "application/json", bodySchema, document } as unknown as Route; // prettier-ignore
  const target = { app: {} as never };
  const requests = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 50 }, () => JSON.stringify(hostileRequest(random, route, target)));
  };
  expect(requests(1)).toEqual(requests(1));
  expect(requests(1)).not.toEqual(requests(2));
  expect(new Set(requests(1)).size).toBeGreaterThan(40);
});
