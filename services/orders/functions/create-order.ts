import { env, http, text } from "@warmstart/middleware";
import { show } from "../src/acting.ts";
import { awsShop, keys, orderWindow } from "../src/aws-shop.ts";
import { createOrder } from "../src/create-order.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { NewOrder } from "../src/order-schemas.ts";

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
const window = orderWindow(client, ORDERS_TABLE);

export const handler = http(
  { body: NewOrder, scopes: [], jwt: { issuer, clientId }, idempotent },
  async ({ body, caller: { sub }, idempotencyKeyHash: keyHash = "", log, metrics, event }) => {
    const buyer = { sub, keyHash, now: Date.now(), takeWindow: () => window.take(sub) };
    const { order, isNew } = await createOrder({ ...shop, log, metrics }, body, buyer);
    const status = order.status === "PENDING" ? 202 : 201;
    const reply = show(order, isNew ? status : 200);
    return { ...reply, headers: { ...reply.headers, location: `${event.rawPath}/${order.id}` } };
  },
);
