// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf } from "@warmstart/testing/openapi";
import * as v from "valibot";
import { codes } from "../src/errors.ts";
import {
  ListQuery,
  Money,
  NewOrder,
  OrderEvent,
  OrderPatch,
  OrderPath,
  OrderSummary,
  OrderView,
  Payment,
  Shortage,
} from "../src/order-schemas.ts";

const OrderPage = pageOf(OrderSummary);
const OrderEvents = v.strictObject({ data: v.array(OrderEvent) });

const order = (description: string) => ({ description, body: OrderView, headers: ["ETag"] });
const placed = (description: string) => ({ description, body: OrderView, headers: ["ETag", "Location"] });
const move = { security: "users", path: OrderPath, idempotencyKey: "optional", ifMatch: "optional" } as const;

export const document = openApi({
  title: "orders",
  description: "Orders: stock is reserved first, then paid for, then sold.",
  codes,
  schemas: { NewOrder, OrderPatch, Payment, Order: OrderView, OrderSummary, OrderPage, OrderEvents, Money },
  problemMembers: {
    "insufficient-stock": v.object({ shortages: v.array(Shortage) }),
    "price-changed": v.object({ total: Money }),
  },
  routes: {
    "POST /v1/orders": {
      id: "createOrder",
      summary: "Orders: quotes, reserves and confirms; 10 per person and minute, 20 open ones",
      security: "users",
      scopes: [],
      body: NewOrder,
      idempotencyKey: "required",
      answers: {
        201: placed("The order, CONFIRMED: pay until payBy"),
        202: placed("The order, PENDING: its stock is reserved later, or it is rejected"),
        200: placed("The order that this key made before"),
      },
      problems: ["insufficient-stock", "price-changed", "invalid-state", "rate-limited"],
    },
    "GET /v1/orders": {
      id: "listOrders",
      summary: "One's own orders, newest first; staff may name a person",
      security: "users",
      scopes: [],
      query: ListQuery,
      answers: { 200: { description: "One page", body: OrderPage, headers: ["Link"] } },
      problems: ["invalid-cursor"],
    },
    "GET /v1/orders/{id}": {
      id: "getOrder",
      summary: "One order",
      security: "users",
      scopes: [],
      path: OrderPath,
      answers: { 200: order("The order") },
    },
    "GET /v1/orders/{id}/events": {
      id: "listEvents",
      summary: "How the order moved",
      security: "users",
      scopes: [],
      path: OrderPath,
      answers: { 200: { description: "All moves, oldest first", body: OrderEvents } },
    },
    "PATCH /v1/orders/{id}": {
      id: "updateOrder",
      summary: "Changes address and note of a CONFIRMED order",
      security: "users",
      scopes: [],
      path: OrderPath,
      body: OrderPatch,
      ifMatch: "required",
      answers: { 200: order("The order") },
      problems: ["invalid-state"],
    },
    "POST /v1/orders/{id}/pay": {
      ...move,
      id: "payOrder",
      summary: "Pays a CONFIRMED order",
      scopes: [],
      body: Payment,
      idempotencyKey: "required",
      answers: { 200: order("The order, PAID"), 202: order("The order, PAYING: ask for it again") },
      problems: ["payment-declined", "invalid-state"],
    },
    "POST /v1/orders/{id}/cancel": {
      ...move,
      id: "cancelOrder",
      summary: "Cancels an order that is not paid; staff also a paid one, which is refunded",
      scopes: [],
      answers: { 200: order("The order, CANCELLED, or REFUNDING to REFUNDED") },
      problems: ["invalid-state"],
    },
    "POST /v1/orders/{id}/ship": {
      ...move,
      id: "shipOrder",
      summary: "A PAID order is on its way",
      group: "staff",
      answers: { 200: order("The order, SHIPPED") },
      problems: ["invalid-state"],
    },
    "POST /v1/orders/{id}/deliver": {
      ...move,
      id: "deliverOrder",
      summary: "A SHIPPED order has arrived",
      group: "staff",
      answers: { 200: order("The order, DELIVERED") },
      problems: ["invalid-state"],
    },
  },
});
