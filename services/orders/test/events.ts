// What events/orders/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import { httpEvent, type HttpEventOptions, scheduleEvent } from "@warmstart/testing";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OrderId } from "../src/order-schemas.ts";

export const folder = join(import.meta.dirname, "../../../events/orders");

/** The pool whose tokens the events carry, and the name of an API of products. */
export const IMPORTS = {
  "users-local-Issuer": "https://users.example",
  "users-local-ClientId": "web",
  "products-local-ApiId": "products",
};

const idOf = (name: string) => `ord_${name.padStart(26, "0")}` as OrderId; // as the schema says
export const CONFIRMED = idOf("C0NF1RMED");
export const DECLINED = idOf("DEC11NED");
export const SLOW = idOf("S10W");
export const PAID = idOf("PA1D");
export const SHIPPED = idOf("SH1PPED");

const claims = { iss: IMPORTS["users-local-Issuer"], client_id: IMPORTS["users-local-ClientId"] };
const bob = { caller: { jwt: { sub: "bob", claims } } } as const;
const staff = { caller: { jwt: { sub: "ann", claims: { ...claims, "cognito:groups": "[staff]" } } } } as const;

const LAMP = "prd_0000000000000000000000TAMP";
const shippingAddress = { name: "Bob", line1: "Main Street 1", city: "Vienna", postalCode: "1010", country: "AT" };
const line = (quantity: number) => ({ productId: LAMP, quantity });
const key = { "idempotency-key": "order-lamps-0001" };

const create = (body: object, headers = key) =>
  httpEvent("POST /v1/orders", { ...bob, headers, body: { shippingAddress, currency: "EUR", ...body } });

const on = (id: OrderId, method: string, path = "", options: HttpEventOptions = bob) =>
  httpEvent(`${method} /v1/orders/${id}${path}`, { route: `${method} /v1/orders/{id}${path}`, ...options });

const pay = (id: OrderId, paymentToken: string) =>
  on(id, "POST", "/pay", { ...bob, headers: { "idempotency-key": `pay-${paymentToken}` }, body: { paymentToken } });

const merge = { "content-type": "application/merge-patch+json" };
const note = { body: JSON.stringify({ note: "ring twice" }) };
const cursor = cursors({ route: "orders", sub: "ann", filter: { userId: "bob" } }).encode(`2026-01-15T12:00:00.000Z#~`);

export const events: Readonly<Record<string, unknown>> = {
  "create-order-new": create({ items: [line(1)] }),
  "create-order-replay": create({ items: [line(1)] }),
  "create-order-other-body": create({ items: [line(2)] }),
  "create-order-no-key": create({ items: [line(1)] }, {} as typeof key),
  "create-order-two-lines-one-product": create({ items: [line(6), line(6)] }, { "idempotency-key": "two-lines-0001" }),
  "create-order-negative-quantity": create({ items: [line(-1)] }),
  "create-order-price-changed": create(
    { items: [line(1)], expectedTotal: { amount: 1, currency: "EUR" } },
    { "idempotency-key": "old-price-0001" },
  ),
  "list-orders-own": httpEvent("GET /v1/orders?status=CONFIRMED", bob),
  "list-orders-staff-page2": httpEvent(`GET /v1/orders?userId=bob&cursor=${cursor}`, staff),
  "list-orders-of-another": httpEvent("GET /v1/orders?userId=ann", bob),
  "get-order-own": on(CONFIRMED, "GET"),
  "get-order-unknown": on(idOf("N0NE"), "GET"),
  "list-events-own": on(PAID, "GET", "/events"),
  "update-order-note": on(CONFIRMED, "PATCH", "", { ...bob, headers: { ...merge, "if-match": '"v1"' }, ...note }),
  "update-order-stale": on(CONFIRMED, "PATCH", "", { ...bob, headers: { ...merge, "if-match": '"v9"' }, ...note }),
  "pay-order-ok": pay(CONFIRMED, "tok_ok"),
  "pay-order-declined": pay(DECLINED, "tok_declined"),
  "pay-order-timeout": pay(SLOW, "tok_timeout_then_ok"),
  "cancel-order-confirmed": on(DECLINED, "POST", "/cancel"),
  "cancel-order-paid": on(PAID, "POST", "/cancel"),
  "cancel-order-paid-by-staff": on(PAID, "POST", "/cancel", staff),
  "ship-order-paid": on(CONFIRMED, "POST", "/ship", staff),
  "ship-order-customer": on(CONFIRMED, "POST", "/ship"),
  "deliver-order-shipped": on(SHIPPED, "POST", "/deliver", staff),
  "recover-orders-every-minute": scheduleEvent({ name: "orders-local-recoverOrders" }),
  "open-api-document": httpEvent("GET /openapi.json"),
};

if (import.meta.main) {
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
