import { env, schedule, text } from "@warmstart/middleware";
import { awsShop } from "../src/aws-shop.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { recoverOrders } from "../src/recover-orders.ts";

const { ORDERS_TABLE, PRODUCTS_URL } = env({ ORDERS_TABLE: text(), PRODUCTS_URL: text() });
const shop = awsShop(documentClient(), ORDERS_TABLE, PRODUCTS_URL);
/** So long an order may take in the worst case: two calls of products, tried twice. */
const LAST_START_MS = 12_000;

export const handler = schedule(({ log, metrics, remainingMilliseconds }) =>
  recoverOrders({ ...shop, log, metrics }, { now: Date.now(), mayGoOn: () => remainingMilliseconds() > LAST_START_MS }),
);
