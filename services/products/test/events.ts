// What events/products/ holds but for imports, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import { httpEvent, type HttpEventOptions, scheduleEvent } from "@warmstart/testing";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProductId } from "../src/product-id.ts";
import type { OrderId } from "../src/stock-schemas.ts";

export const folder = join(import.meta.dirname, "../../../events/products");

/** The pool whose tokens the events carry. */
export const IMPORTS = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "web" };

const idOf = (prefix: "prd" | "ord", name: string): string => `${prefix}_${name.padStart(26, "0")}`;
export const MUG = idOf("prd", "MVG") as ProductId; // as the schemas say
export const TEAPOT = idOf("prd", "TEAP0T") as ProductId;
export const HELD = idOf("ord", "HE1D") as OrderId;
const NEW = idOf("ord", "NEW");

const claims = { iss: IMPORTS["users-local-Issuer"], client_id: IMPORTS["users-local-ClientId"] };
export const staff = { caller: { jwt: { sub: "ann", claims: { ...claims, "cognito:groups": "[staff]" } } } } as const;
export const customer = { caller: { jwt: { sub: "bob", claims } } } as const;
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
  "get-product-one": httpEvent(`GET /v1/products/${MUG}`, { route: "GET /v1/products/{id}" }),
  "list-staff-products-drafts": httpEvent("GET /v1/staff/products?status=draft", staff),
  "list-staff-products-customer": httpEvent("GET /v1/staff/products", customer),
  "get-staff-product-draft": httpEvent(`GET /v1/staff/products/${TEAPOT}`, {
    route: "GET /v1/staff/products/{id}",
    ...staff,
  }),
  "create-product-new": httpEvent("POST /v1/products", { ...staff, body: { sku: "TEAPOT-2", ...product } }),
  "create-product-sku-taken": httpEvent("POST /v1/products", { ...staff, body: { sku: "MUG-1", ...product } }),
  "replace-product-stale": onProduct("PUT", "", {
    headers: { "if-match": '"v99"' },
    body: { ...product, status: "active" },
  }),
  "update-product-price": onProduct("PATCH", "", {
    headers: { ...merge, "if-match": '"v1"' },
    ...json({ price: { amount: 2099 } }),
  }),
  "update-product-no-if-match": onProduct("PATCH", "", { headers: merge, ...json({ name: "Cup" }) }),
  "archive-product-reserved": onProduct("DELETE", "", { headers: { "if-match": '"v1"' } }),
  "get-stock-one": onProduct("GET", "/stock"),
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
  "reserve-new": onOrder("PUT", NEW, holding(2)),
  "reserve-short": onOrder("PUT", idOf("ord", "SH0RT"), holding(999)),
  "reserve-other-content": onOrder("PUT", HELD, holding(7)),
  "commit-held": onOrder("POST /commit", HELD),
  "release-committed": onOrder("POST /release", HELD),
  "release-unknown": onOrder("POST /release", idOf("ord", "VNKN0WN")),
  "sweep-every-minute": scheduleEvent({ name: "products-local-sweep" }),
  "open-api-document": httpEvent("GET /openapi.json"),
};

if (import.meta.main) {
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
