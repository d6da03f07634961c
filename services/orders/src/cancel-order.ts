// Giving an order up: first its state, then its stock and its money. What does not answer is left to the recoverer.
import { conflict } from "./errors.ts";
import type { Status } from "./moves.ts";
import { type Actor, after, moveOrder, type Order, reread, type Shop } from "./order.ts";

/** Gives back the stock of an order that ended without a sale; it stays due until that is done. */
export const releaseOrder = async (shop: Shop, order: Order): Promise<Order> => {
  const released = await shop.products.release(order.id);
  if (released.kind === "released") await shop.orders.settle(order);
  else shop.log.warn("products did not answer; the stock is not given back yet", { order: order.id, ...released });
  return order;
};

/** Ends an order that nobody paid, and gives back its stock. */
export const giveUp = async (
  shop: Shop,
  order: Order,
  to: "CANCELLED" | "EXPIRED" | "REJECTED",
  actor: Actor,
): Promise<Order> => {
  const ended = await moveOrder(shop, order, to, { ...actor, dueAt: after(actor.now, 0) });
  return ended === undefined ? reread(shop, order) : releaseOrder(shop, ended);
};

/** Gives back the money and the stock of a REFUNDING order. */
export const refundOrder = async (shop: Shop, order: Order, actor: Actor): Promise<Order> => {
  const { payment } = order;
  if (payment && (await shop.payments.refund({ orderId: order.id, attempt: payment.attempt })) === "no-answer")
    return order;
  const released = await shop.products.release(order.id);
  if (released.kind === "no-answer") return order;
  return (await moveOrder(shop, order, "REFUNDED", { ...actor, payment })) ?? reread(shop, order);
};

const ENDED: readonly Status[] = ["CANCELLED", "REFUNDING", "REFUNDED"];

/** Cancels an order that is not paid; staff also a paid one, which is refunded. */
export const cancelOrder = async (shop: Shop, order: Order, actor: Actor): Promise<Order> => {
  if (actor.keyHash !== undefined && order.lastKey === actor.keyHash && ENDED.includes(order.status)) return order;
  if (order.status === "PENDING" || order.status === "CONFIRMED") {
    const cancelled = await giveUp(shop, order, "CANCELLED", actor);
    if (cancelled.status === "CANCELLED") return cancelled;
    throw conflict("invalid-state", `The order is ${cancelled.status} by now`);
  }
  if (order.status !== "PAID" || actor.by !== "staff") throw conflict("invalid-state", `The order is ${order.status}`);
  const { payment } = order;
  const refunding = await moveOrder(shop, order, "REFUNDING", { ...actor, payment, dueAt: after(actor.now, 0) });
  if (refunding === undefined) throw conflict("invalid-state", "The order has changed meanwhile");
  return refundOrder(shop, refunding, actor);
};
