// Finishes what requests began and did not end: repeats the same steps, which may all be repeated.
import { giveUp, refundOrder, releaseOrder } from "./cancel-order.ts";
import { confirmOrder } from "./create-order.ts";
import { type Actor, after, type Due, type Order, SHARDS, type Shop } from "./order.ts";
import { finishPayment } from "./pay-order.ts";

/** Older than this, a PENDING order is given up: whoever ordered has gone. */
const PENDING_SECONDS = 5 * 60;
const STUCK_TRIES = 20;
const AT_ONCE = 10;
const PER_QUERY = 100;

/** When it is looked at again if this time does not help: 30 s, doubled up to 10 min; hourly when it is stuck. */
const backoffSeconds = (tries: number): number => (tries >= STUCK_TRIES ? 3600 : Math.min(600, 30 * 2 ** tries));

const isOld = ({ createdAt }: Order, now: number): boolean => createdAt < after(now, -PENDING_SECONDS);

const finish = (shop: Shop, order: Order, actor: Actor): Promise<unknown> => {
  switch (order.status) {
    case "PENDING":
      return isOld(order, actor.now) ? giveUp(shop, order, "REJECTED", actor) : confirmOrder(shop, order, actor);
    case "CONFIRMED":
      return giveUp(shop, order, "EXPIRED", actor);
    case "PAYING":
      return finishPayment(shop, order, actor);
    case "REFUNDING":
      return refundOrder(shop, order, actor);
    case "REJECTED":
    case "CANCELLED":
    case "EXPIRED":
      return releaseOrder(shop, order);
    case "PAID":
    case "SHIPPED":
    case "DELIVERED":
    case "REFUNDED":
      return shop.orders.settle(order);
    default:
      return order.status satisfies never;
  }
};

const recoverOne = async (shop: Shop, due: Due, now: number): Promise<void> => {
  try {
    const order = await shop.orders.claim(due, after(now, backoffSeconds(due.tries)));
    if (order === undefined) return;
    if (due.tries >= STUCK_TRIES) shop.metrics.add("orders_stuck", 1);
    await finish(shop, order, { by: "system", now });
    shop.metrics.add("orders_recovered", 1);
  } catch (error) {
    shop.metrics.add("recovery_failures", 1);
    shop.log.warn("an order could not be recovered; it comes again", { order: due.id, error });
  }
};

const recoverShard = async (shop: Shop, shard: number, { now, mayGoOn }: Run): Promise<void> => {
  for (;;) {
    const found = await shop.orders.due(shard, after(now, 0), PER_QUERY);
    for (let at = 0; at < found.length && mayGoOn(); at += AT_ONCE)
      await Promise.all(found.slice(at, at + AT_ONCE).map((due) => recoverOne(shop, due, now)));
    if (found.length < PER_QUERY || !mayGoOn()) return;
  }
};

export interface Run {
  readonly now: number;
  /** False when the time of this invocation ends: the next one goes on. */
  readonly mayGoOn: () => boolean;
}

/** Looks at every order that is due. One bad order never stops the rest. */
export const recoverOrders = async (shop: Shop, run: Run): Promise<void> => {
  await Promise.all(Array.from({ length: SHARDS }, (_, shard) => recoverShard(shop, shard, run)));
};
