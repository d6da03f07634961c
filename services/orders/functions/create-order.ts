import { http } from "@warmstart/middleware";
import { show } from "../src/acting.ts";
import { keys, orderWindow } from "../src/aws-shop.ts";
import { createOrder } from "../src/create-order.ts";
import { NewOrder } from "../src/order-schemas.ts";
import { client, jwt, shop, table } from "./shop.ts";

const idempotent = keys(client, table, true);
const window = orderWindow(client, table);

export const handler = http(
  { body: NewOrder, scopes: [], jwt, idempotent },
  async ({ body, caller: { sub }, idempotencyKeyHash: keyHash = "", log, metrics, event }) => {
    const buyer = { sub, keyHash, now: Date.now(), takeWindow: () => window.take(sub) };
    const { order, isNew } = await createOrder({ ...shop, log, metrics }, body, buyer);
    const status = order.status === "PENDING" ? 202 : 201;
    const reply = show(order, isNew ? status : 200);
    return { ...reply, headers: { ...reply.headers, location: `${event.rawPath}/${order.id}` } };
  },
);
