// Paying: charge, then commit the reservation. The charge's key is the order and the attempt, so it is made once.
import { conflict, fail } from "./errors.ts";
import { type Actor, after, moveOrder, type Order, reread, type Shop } from "./order.ts";

const PAYING_SECONDS = 60;

/** PAYING, or as the try of this key that died left it; throws 409 when it cannot be paid. */
const startPayment = async (shop: Shop, order: Order, token: string, actor: Actor): Promise<Order> => {
  if (order.payBy !== undefined && order.payBy <= after(actor.now, 0))
    throw conflict("invalid-state", "The time to pay is over");
  const payment = { attempt: order.version + 1, token };
  const { payBy } = order;
  const dueAt = after(actor.now, PAYING_SECONDS);
  const paying = await moveOrder(shop, order, "PAYING", { ...actor, payBy, payment, dueAt });
  if (paying === undefined) throw conflict("invalid-state", "The order has changed meanwhile");
  return paying;
};

const refundAfterRelease = async (shop: Shop, order: Order, actor: Actor): Promise<Order> => {
  shop.metrics.add("refund_after_release", 1);
  const payment = { attempt: order.payment?.attempt ?? 0 };
  const dueAt = after(actor.now, PAYING_SECONDS);
  const refunding = await moveOrder(shop, order, "REFUNDING", { ...actor, payment, dueAt });
  if (refunding === undefined) return reread(shop, order);
  if ((await shop.payments.refund({ orderId: order.id, attempt: payment.attempt })) === "no-answer") return refunding;
  return (await moveOrder(shop, refunding, "REFUNDED", { ...actor, payment })) ?? reread(shop, order);
};

/** What is left to do for a PAYING order; it stays PAYING when somebody does not answer. */
export const finishPayment = async (shop: Shop, order: Order, actor: Actor): Promise<Order> => {
  const { attempt = 0, token = "" } = order.payment ?? {};
  const charged = await shop.payments.charge({ orderId: order.id, attempt, amount: order.total, token });
  if (charged === "no-answer") return order;
  const { payBy } = order;
  if (charged === "declined")
    return (await moveOrder(shop, order, "CONFIRMED", { ...actor, payBy, dueAt: payBy })) ?? reread(shop, order);
  const committed = await shop.products.commit(order.id);
  switch (committed.kind) {
    case "committed":
      return (await moveOrder(shop, order, "PAID", { ...actor, payment: { attempt } })) ?? reread(shop, order);
    case "gone":
      return refundAfterRelease(shop, order, actor);
    case "no-answer":
      shop.log.warn("products did not answer; the order stays PAYING", { order: order.id, reason: committed.reason });
      return order;
    default:
      return committed satisfies never;
  }
};

/** Pays a CONFIRMED order; throws 402 when the payment is declined, 409 when the order cannot be paid. */
export const payOrder = async (shop: Shop, order: Order, token: string, actor: Actor): Promise<Order> => {
  const isOurs = actor.keyHash !== undefined && order.lastKey === actor.keyHash;
  const started = isOurs ? order : await startPayment(shop, order, token, actor);
  const paid = started.status === "PAYING" ? await finishPayment(shop, started, actor) : started;
  switch (paid.status) {
    case "PAYING":
    case "PAID":
    case "SHIPPED":
    case "DELIVERED":
      return paid;
    case "CONFIRMED":
      throw fail("payment-declined", "The payment was declined");
    case "REFUNDING":
    case "REFUNDED":
      throw conflict("invalid-state", "The stock was given up before the payment, which is given back");
    default:
      throw conflict("invalid-state", `The order is ${paid.status}`);
  }
};
