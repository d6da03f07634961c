import { cursors, forbidden, http, limitOf, ok, page } from "@warmstart/middleware";
import { personOf, show } from "../src/acting.ts";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import { orderFor } from "../src/order.ts";
import { ListQuery, OrderPath } from "../src/order-schemas.ts";
import { client, jwt, table } from "./tokens.ts";

const orders = dynamoOrders(table, client);

export const list = http({ query: ListQuery, scopes: [], jwt }, async ({ query, caller, event }) => {
  const { limit: asked, cursor, userId = caller.sub, ...filter } = query;
  const person = personOf(caller);
  if (userId !== person.sub && !person.isStaff) throw forbidden("The orders of others are for the group staff");
  const limit = limitOf(asked);
  const { encode, decode } = cursors({ route: "orders", sub: person.sub, filter: { userId, ...filter } });
  const after = cursor === undefined ? {} : { after: decode(cursor) };
  const { orders: data, next } = await orders.list(userId, { limit, ...filter, ...after });
  return page({ data, limit, next: next === undefined ? null : encode(next) }, event);
});

export const get = http({ path: OrderPath, scopes: [], jwt }, async ({ path, caller }) =>
  show(await orderFor(orders, path.id, personOf(caller))),
);

export const events = http({ path: OrderPath, scopes: [], jwt }, async ({ path, caller }) => {
  const { id } = await orderFor(orders, path.id, personOf(caller));
  return ok({ data: await orders.events(id) });
});
