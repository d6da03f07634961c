// What events/orders/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
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
import type { OrderId } from "../src/order-schemas.ts";

export const folder: string = join(import.meta.dirname, "../../../events/orders");

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
  "list-events-unknown": on(idOf("N0NE"), "GET", "/events"),
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
  "deliver-order-customer": on(SHIPPED, "POST", "/deliver"),
  "recover-orders-every-minute": scheduleEvent({ name: "orders-local-recoverOrders" }),
  "recover-orders-not-a-schedule": eventBridgeEvent({
    source: "orders",
    detailType: "Order Paid",
    detail: { id: PAID },
  }),
  "open-api-document": httpEvent("GET /openapi.json"),
  "open-api-no-such-parameter": httpEvent("GET /openapi.json?format=yaml", { route: "GET /openapi.json" }),
};

/** In this order: a replay needs its first, a shipment its payment. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "create-order-new": 201,
  "create-order-replay": 201,
  "create-order-other-body": 422,
  "create-order-no-key": 400,
  "create-order-two-lines-one-product": 409,
  "create-order-negative-quantity": 422,
  "create-order-price-changed": 409,
  "list-orders-own": 200,
  "list-orders-staff-page2": 200,
  "list-orders-of-another": 403,
  "get-order-own": 200,
  "get-order-unknown": 404,
  "list-events-own": 200,
  "list-events-unknown": 404,
  "update-order-stale": 412,
  "update-order-note": 200,
  "pay-order-ok": 200,
  "pay-order-declined": 402,
  "pay-order-timeout": 202,
  "cancel-order-confirmed": 200,
  "cancel-order-paid": 409,
  "cancel-order-paid-by-staff": 200,
  "ship-order-customer": 403,
  "ship-order-paid": 200,
  "deliver-order-customer": 403,
  "deliver-order-shipped": 200,
  "recover-orders-every-minute": "done",
  "recover-orders-not-a-schedule": "throws TypeError",
  "open-api-document": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
