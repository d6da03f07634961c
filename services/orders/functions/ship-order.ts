import { env, http, text } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { keys } from "../src/aws-shop.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import { OrderPath } from "../src/order-schemas.ts";
import { advanceOrder } from "../src/ship-order.ts";

const {
  ORDERS_TABLE,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: clientId,
} = env({
  ORDERS_TABLE: text(),
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const client = documentClient();
const orders = dynamoOrders(ORDERS_TABLE, client);
const accept = {
  path: OrderPath,
  headers: MayMatch,
  group: "staff",
  jwt: { issuer, clientId },
  idempotent: keys(client, ORDERS_TABLE, false),
} as const;

export const ship = http(accept, async (request) => {
  const { order, actor } = await acting(orders, request, { verb: "ship", person: personOf(request.caller) });
  return show(await advanceOrder({ orders }, order, "SHIPPED", actor));
});

export const deliver = http(accept, async (request) => {
  const { order, actor } = await acting(orders, request, { verb: "deliver", person: personOf(request.caller) });
  return show(await advanceOrder({ orders }, order, "DELIVERED", actor));
});
