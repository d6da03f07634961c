import { env, expectedVersion, http, text } from "@warmstart/middleware";
import { show } from "../src/acting.ts";
import { amendOrder } from "../src/amend-order.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import { OrderPatch, OrderPath } from "../src/order-schemas.ts";

const {
  ORDERS_TABLE,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: clientId,
} = env({
  ORDERS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const orders = dynamoOrders(ORDERS_TABLE, documentClient());

export const handler = http(
  { path: OrderPath, body: OrderPatch, scopes: [], jwt: { issuer, clientId } },
  async ({ path, body, caller, headers }) => {
    const which = { id: path.id, userId: caller.sub, version: expectedVersion(headers, caller) };
    return show(await amendOrder(orders, which, body, Date.now()));
  },
);
