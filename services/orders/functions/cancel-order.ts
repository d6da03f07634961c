import { http } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { keys } from "../src/aws-shop.ts";
import { cancelOrder } from "../src/cancel-order.ts";
import { OrderPath } from "../src/order-schemas.ts";
import { client, jwt, shop, table } from "./shop.ts";

const idempotent = keys(client, table, false);

export const handler = http(
  { path: OrderPath, headers: MayMatch, scopes: [], jwt, idempotent },
  async ({ log, metrics, ...request }) => {
    const person = personOf(request.caller);
    const { order, actor } = await acting(shop.orders, request, { verb: "cancel", person });
    return show(await cancelOrder({ ...shop, log, metrics }, order, actor));
  },
);
