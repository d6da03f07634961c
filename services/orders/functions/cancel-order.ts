import { env, http, text } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { awsShop, keys } from "../src/aws-shop.ts";
import { cancelOrder } from "../src/cancel-order.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { OrderPath } from "../src/order-schemas.ts";

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
const idempotent = keys(client, ORDERS_TABLE, false);

export const handler = http(
  { path: OrderPath, headers: MayMatch, scopes: [], jwt: { issuer, clientId }, idempotent },
  async ({ log, metrics, ...request }) => {
    const person = personOf(request.caller);
    const { order, actor } = await acting(shop.orders, request, { verb: "cancel", person });
    return show(await cancelOrder({ ...shop, log, metrics }, order, actor));
  },
);
