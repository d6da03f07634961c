import { http } from "@warmstart/middleware";
import { acting, MayMatch, personOf, show } from "../src/acting.ts";
import { keys } from "../src/aws-shop.ts";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import { OrderPath } from "../src/order-schemas.ts";
import { advanceOrder } from "../src/ship-order.ts";
import { client, jwt, table } from "./tokens.ts";

const orders = dynamoOrders(table, client);
const accept = {
  path: OrderPath,
  headers: MayMatch,
  group: "staff",
  jwt,
  idempotent: keys(client, table, false),
} as const;

export const ship = http(accept, async (request) => {
  const { order, actor } = await acting(orders, request, { verb: "ship", person: personOf(request.caller) });
  return show(await advanceOrder({ orders }, order, "SHIPPED", actor));
});

export const deliver = http(accept, async (request) => {
  const { order, actor } = await acting(orders, request, { verb: "deliver", person: personOf(request.caller) });
  return show(await advanceOrder({ orders }, order, "DELIVERED", actor));
});
