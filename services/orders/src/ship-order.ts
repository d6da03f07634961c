// Staff send a paid order on its way, and say when it has arrived.
import { conflict } from "./errors.ts";
import { type Actor, moveOrder, type Order, type Shop } from "./order.ts";

/** Moves a PAID order to SHIPPED, a SHIPPED one to DELIVERED; throws 409 for all others. */
export const advanceOrder = async (
  shop: Pick<Shop, "orders">,
  order: Order,
  to: "SHIPPED" | "DELIVERED",
  actor: Actor,
): Promise<Order> => {
  if (actor.keyHash !== undefined && order.lastKey === actor.keyHash && order.status === to) return order;
  const { payment } = order;
  const moved = await moveOrder(shop, order, to, { ...actor, payment });
  if (moved === undefined) throw conflict("invalid-state", "The order has changed meanwhile");
  return moved;
};
