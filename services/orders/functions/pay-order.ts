import { env, http, text } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { awsShop, keys } from "../src/aws-shop.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { OrderPath, Payment } from "../src/order-schemas.ts";
import { payOrder } from "../src/pay-order.ts";

const {
  ORDERS_TABLE,
  PRODUCTS_URL,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: clientId,
} = env({
  ORDERS_TABLE: text(),
  PRODUCTS_URL: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const client = documentClient();
const shop = awsShop(client, ORDERS_TABLE, PRODUCTS_URL);
const idempotent = keys(client, ORDERS_TABLE, true);

export const handler = http(
  { path: OrderPath, headers: MayMatch, body: Payment, scopes: [], jwt: { issuer, clientId }, idempotent },
  async ({ log, metrics, ...request }) => {
    const person = { ...personOf(request.caller), isStaff: false }; // nobody pays for others
    const { order, actor } = await acting(shop.orders, request, { verb: "pay", person });
    const paid = await payOrder({ ...shop, log, metrics }, order, request.body.paymentToken, actor);
    return show(paid, paid.status === "PAYING" ? 202 : 200);
  },
);
