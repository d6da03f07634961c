// What events/products/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import {
  eventBridgeEvent,
  httpEvent,
  type HttpEventOptions,
  type Outcome,
  scheduleEvent,
  writeEvents,
} from "@warmstart/testing";
import { join } from "node:path";
import type { ProductId } from "../src/product-id.ts";
import type { OrderId } from "../src/stock-schemas.ts";
import { importEvents } from "./import-events.ts";
import { customer, staff } from "./people.ts";

export const folder: string = join(import.meta.dirname, "../../../events/products");

const idOf = (prefix: "prd" | "ord", name: string): string => `${prefix}_${name.padStart(26, "0")}`;
export const MUG = idOf("prd", "MVG") as ProductId; // as the schemas say
export const TEAPOT = idOf("prd", "TEAP0T") as ProductId;
export const HELD = idOf("ord", "HE1D") as OrderId;
const NEW = idOf("ord", "NEW");

const orders = {
  caller: { iam: { userArn: "arn:aws:sts::000000000000:assumed-role/orders-local-createOrder/orders" } },
} as const;

const json = (body: object) => ({ body: JSON.stringify(body) });
const merge = { "content-type": "application/merge-patch+json" };
const key = { "idempotency-key": "adjust-mugs-0001" };

const onProduct = (method: string, path = "", options: HttpEventOptions = {}) =>
  httpEvent(`${method} /v1/products/${MUG}${path}`, {
    route: `${method} /v1/products/{id}${path}`,
    ...staff,
    ...options,
  });

const get = (id: string) => httpEvent(`GET /v1/products/${id}`, { route: "GET /v1/products/{id}" });
const getAsStaff = (caller: HttpEventOptions) =>
  httpEvent(`GET /v1/staff/products/${TEAPOT}`, { route: "GET /v1/staff/products/{id}", ...caller });
const replace = (version: string) =>
  onProduct("PUT", "", { headers: { "if-match": version }, body: { ...product, status: "active" } });

const onOrder = (request: string, orderId: string, body?: object) => {
  const [method = "", path = ""] = request.split(" ");
  const route = `${method} /internal/reservations/{orderId}${path}`;
  return httpEvent(`${method} /internal/reservations/${orderId}${path}`, { route, ...orders, ...(body && { body }) });
};

const product = { name: "Teapot", price: { amount: 4900, currency: "EUR" }, category: "tea" };
const expiresAt = "2026-01-15T12:30:00.000Z";
const holding = (quantity: number) => ({ items: [{ productId: MUG, quantity }], expiresAt });
const page = cursors({ route: "products", sub: "", filter: { category: "mugs" } }).encode(`000000001999#${MUG}`);

export const events: Readonly<Record<string, unknown>> = {
  "list-products-newest": httpEvent("GET /v1/products?limit=10"),
  "list-products-category-page2": httpEvent(`GET /v1/products?category=mugs&cursor=${page}`),
  "list-products-price-without-category": httpEvent("GET /v1/products?minPrice=100"),
  "get-product-one": get(MUG),
  "get-product-unknown": get(idOf("prd", "VNKN0WN")),
  "list-staff-products-drafts": httpEvent("GET /v1/staff/products?status=draft", staff),
  "list-staff-products-customer": httpEvent("GET /v1/staff/products", customer),
  "get-staff-product-draft": getAsStaff(staff),
  "get-staff-product-customer": getAsStaff(customer),
  "create-product-new": httpEvent("POST /v1/products", { ...staff, body: { sku: "TEAPOT-2", ...product } }),
  "create-product-sku-taken": httpEvent("POST /v1/products", { ...staff, body: { sku: "MUG-1", ...product } }),
  "replace-product-whole": replace('"v2"'),
  "replace-product-stale": replace('"v99"'),
  "update-product-price": onProduct("PATCH", "", {
    headers: { ...merge, "if-match": '"v1"' },
    ...json({ price: { amount: 2099 } }),
  }),
  "update-product-no-if-match": onProduct("PATCH", "", { headers: merge, ...json({ name: "Cup" }) }),
  "archive-product-reserved": onProduct("DELETE", "", { headers: { "if-match": '"v1"' } }),
  "archive-product-draft": httpEvent(`DELETE /v1/products/${TEAPOT}`, {
    route: "DELETE /v1/products/{id}",
    ...staff,
    headers: { "if-match": '"v1"' },
  }),
  "get-stock-one": onProduct("GET", "/stock"),
  "get-stock-customer": onProduct("GET", "/stock", customer),
  "adjust-stock-delivery": onProduct("POST", "/stock-adjustments", {
    headers: key,
    body: { delta: 5, reason: "delivery" },
  }),
  "adjust-stock-replay": onProduct("POST", "/stock-adjustments", {
    headers: key,
    body: { delta: 5, reason: "delivery" },
  }),
  "adjust-stock-no-key": onProduct("POST", "/stock-adjustments", { body: { delta: 5, reason: "delivery" } }),
  "quote-one": httpEvent("POST /internal/quotes", { ...orders, body: { items: holding(2).items } }),
  "quote-nothing": httpEvent("POST /internal/quotes", { ...orders, body: { items: [] } }),
  "reserve-new": onOrder("PUT", NEW, holding(2)),
  "reserve-short": onOrder("PUT", idOf("ord", "SH0RT"), holding(999)),
  "reserve-other-content": onOrder("PUT", HELD, holding(7)),
  "commit-held": onOrder("POST /commit", HELD),
  "commit-unknown": onOrder("POST /commit", idOf("ord", "VNKN0WN")),
  "release-committed": onOrder("POST /release", HELD),
  "release-unknown": onOrder("POST /release", idOf("ord", "VNKN0WN")),
  "release-malformed": onOrder("POST /release", "mine"),
  "sweep-every-minute": scheduleEvent({ name: "products-local-sweep" }),
  "sweep-not-a-schedule": eventBridgeEvent({ source: "products", detailType: "Sweep Asked For", detail: {} }),
  ...importEvents,
  "open-api-document": httpEvent("GET /openapi.json"),
  "open-api-no-such-parameter": httpEvent("GET /openapi.json?format=yaml", { route: "GET /openapi.json" }),
};

/** In this order: a replay needs its first, a release its reservation. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "list-products-newest": 200,
  "list-products-category-page2": 200,
  "list-products-price-without-category": 400,
  "get-product-one": 200,
  "get-product-unknown": 404,
  "list-staff-products-drafts": 200,
  "list-staff-products-customer": 403,
  "get-staff-product-draft": 200,
  "get-staff-product-customer": 403,
  "create-product-new": 201,
  "create-product-sku-taken": 409,
  "replace-product-stale": 412,
  "update-product-no-if-match": 428,
  "archive-product-reserved": 409,
  "update-product-price": 200,
  "replace-product-whole": 200,
  "archive-product-draft": 204,
  "get-stock-one": 200,
  "get-stock-customer": 403,
  "adjust-stock-delivery": 200,
  "adjust-stock-replay": 200,
  "adjust-stock-no-key": 400,
  "quote-one": 200,
  "quote-nothing": 422,
  "reserve-new": 201,
  "reserve-short": 409,
  "reserve-other-content": 422,
  "commit-held": 200,
  "commit-unknown": 404,
  "release-committed": 200,
  "release-unknown": 200,
  "release-malformed": 404,
  "sweep-every-minute": "done",
  "sweep-not-a-schedule": "throws TypeError",
  "create-import-new": 201,
  "create-import-dry-run": 201,
  "create-import-bad-query": 400,
  "create-import-customer": 403,
  "get-import-waiting": 200,
  "get-import-unknown": 404,
  "get-import-malformed": 404,
  "import-products-object-created": "done: import done",
  "import-products-redelivery": "done: import ended",
  "import-products-other-file": "done: import other-file",
  "import-products-unknown": "done: import unknown",
  "import-products-missing": "refuses: import failed",
  "import-products-test-event": "done",
  "import-products-unreadable": "1 failed",
  "open-api-document": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
