import { expectedVersion, http } from "@warmstart/middleware";
import { show } from "../src/acting.ts";
import { amendOrder } from "../src/amend-order.ts";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import { OrderPatch, OrderPath } from "../src/order-schemas.ts";
import { client, jwt, table } from "./tokens.ts";

const orders = dynamoOrders(table, client);

export const handler = http(
  { path: OrderPath, body: OrderPatch, scopes: [], jwt },
  async ({ path, body, caller, headers }) => {
    const which = { id: path.id, userId: caller.sub, version: expectedVersion(headers, caller) };
    return show(await amendOrder(orders, which, body, Date.now()));
  },
);
