// Creating an order: quote, write it as PENDING, reserve its stock, confirm. Each step may be repeated after a crash.
import { invalid, rateLimited, unavailable } from "@warmstart/middleware";
import { createHash } from "node:crypto";
import { conflict, unprocessable } from "./errors.ts";
import type { NewOrder } from "./order-schemas.ts";
import { type Actor, after, type Changes, moveOrder, type Order, orderIdOf, reread, type Shop } from "./order.ts";
import { priceLines, totalOf } from "./prices.ts";

const RESERVED_SECONDS = 30 * 60;
/** Half of the above, so that who pays in the last moment still has the stock. */
const PAY_SECONDS = 15 * 60;
const PENDING_SECONDS = 30;
const MOST_OPEN = 20;

export interface Buyer {
  readonly sub: string;
  readonly keyHash: string;
  readonly now: number;
  /** Counts a new order; throws 429 when there were too many. */
  readonly takeWindow: () => Promise<void>;
}

const quoteOrThrow = async ({ products }: Shop, request: NewOrder) => {
  const quote = await products.quote(request.items);
  switch (quote.kind) {
    case "quoted":
      return quote.items;
    case "unknown": {
      const isUnknown = (id: string): boolean => quote.productIds.includes(id);
      throw invalid(
        request.items.flatMap(({ productId }, index) =>
          isUnknown(productId)
            ? [{ pointer: `#/items/${index}/productId`, code: "not-orderable", detail: "is not on sale" }]
            : [],
        ),
      );
    }
    case "no-answer":
      throw unavailable("Products does not answer", new Error(quote.reason));
    default:
      return quote satisfies never;
  }
};

const hashOf = (request: NewOrder): string => createHash("sha256").update(JSON.stringify(request)).digest("base64url"); // the schema fixes the order of the keys

const newOrder = async (shop: Shop, request: NewOrder, { sub, keyHash, now }: Buyer): Promise<Order> => {
  const items = priceLines(request, await quoteOrThrow(shop, request));
  const createdAt = new Date(now).toISOString();
  return {
    id: orderIdOf(sub, keyHash),
    userId: sub,
    status: "PENDING",
    version: 1,
    items,
    total: totalOf(items, request),
    shippingAddress: request.shippingAddress,
    note: request.note,
    createdAt,
    updatedAt: createdAt,
    requestHash: hashOf(request),
    reservedUntil: after(now, RESERVED_SECONDS),
    dueAt: after(now, PENDING_SECONDS),
  };
};

/** Reserves what a PENDING order needs and confirms it, or rejects it; it stays PENDING when products does not answer. */
export const confirmOrder = async (shop: Shop, order: Order, actor: Actor): Promise<Order> => {
  const { id, items, reservedUntil: expiresAt } = order;
  const wanted = items.map(({ productId, quantity }) => ({ productId, quantity }));
  const reserved = await shop.products.reserve({ id, items: wanted, expiresAt });
  const move = async (to: "CONFIRMED" | "REJECTED", changes: Changes): Promise<Order> =>
    (await moveOrder(shop, order, to, { ...actor, ...changes })) ?? reread(shop, order);
  switch (reserved.kind) {
    case "held": {
      const payBy = after(actor.now, PAY_SECONDS);
      return move("CONFIRMED", { payBy, dueAt: payBy });
    }
    case "short":
      return move("REJECTED", {
        shortages: reserved.shortages,
        ...(!reserved.sure && { dueAt: after(actor.now, 0) }),
      });
    case "given-up":
      return move("REJECTED", { dueAt: after(actor.now, 0) });
    case "no-answer":
      shop.log.warn("products did not answer; the order stays PENDING", { order: id, reason: reserved.reason });
      return order;
    default:
      return reserved satisfies never;
  }
};

const checkOpen = async ({ orders }: Shop, { sub, now }: Buyer): Promise<void> => {
  if ((await orders.countOpen(sub, after(now, -RESERVED_SECONDS))) < MOST_OPEN) return;
  throw rateLimited(60, `At most ${MOST_OPEN} orders may be open; pay or cancel one`);
};

/**
 * The order of this person and key: made now, or found as an earlier request left it. Throws 409 when there is too
 * little stock or it was cancelled meanwhile, 503 when nothing was written because products does not answer.
 */
export const createOrder = async (
  shop: Shop,
  request: NewOrder,
  buyer: Buyer,
): Promise<{ readonly order: Order; readonly isNew: boolean }> => {
  let there = await shop.orders.get(orderIdOf(buyer.sub, buyer.keyHash));
  if (there === undefined) {
    await buyer.takeWindow();
    await checkOpen(shop, buyer);
    const order = await newOrder(shop, request, buyer);
    there = (await shop.orders.add(order)) ? order : await reread(shop, order);
  }
  if (there.requestHash !== hashOf(request))
    throw unprocessable("idempotency-key-reused", "This key was sent with another order");
  if (there.status !== "PENDING") return { order: there, isNew: false };
  const order = await confirmOrder(shop, there, { by: "owner", now: buyer.now });
  if (order.status === "REJECTED") {
    const extensions = { shortages: order.shortages ?? [] };
    throw conflict("insufficient-stock", "There is too little stock for this order", { extensions });
  }
  if (order.status === "CANCELLED") throw conflict("invalid-state", "The order was cancelled meanwhile");
  return { order, isNew: true };
};
