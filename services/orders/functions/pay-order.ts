import { http } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { keys } from "../src/aws-shop.ts";
import { OrderPath, Payment } from "../src/order-schemas.ts";
import { payOrder } from "../src/pay-order.ts";
import { client, jwt, shop, table } from "./shop.ts";

const idempotent = keys(client, table, true);

export const handler = http(
  { path: OrderPath, headers: MayMatch, body: Payment, scopes: [], jwt, idempotent },
  async ({ log, metrics, ...request }) => {
    const person = { ...personOf(request.caller), isStaff: false }; // nobody pays for others
    const { order, actor } = await acting(shop.orders, request, { verb: "pay", person });
    const paid = await payOrder({ ...shop, log, metrics }, order, request.body.paymentToken, actor);
    return show(paid, paid.status === "PAYING" ? 202 : 200);
  },
);
