// Where an order goes may change until it is paid for.
import { etagMismatch } from "@warmstart/middleware";
import { conflict } from "./errors.ts";
import type { OrderPatch } from "./order-schemas.ts";
import { noSuchOrder, type Order, type OrderStore, type OrderVersion } from "./order.ts";

/** Changes address and note of a CONFIRMED order, in one conditional write. */
export const amendOrder = async (
  orders: OrderStore,
  which: OrderVersion,
  patch: OrderPatch,
  now: number,
): Promise<Order> => {
  const amended = await orders.amend(which, patch, now);
  if (amended === "absent") throw noSuchOrder();
  if (amended === "other-version") throw etagMismatch();
  if (amended === "other-state") throw conflict("invalid-state", "Only a CONFIRMED order can be changed");
  return amended;
};
