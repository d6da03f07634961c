// OWASP API 2: only a fresh access token of this pool, for this client, opens a door.
import { afterAll, beforeAll, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectTokensRefused } from "@warmstart/testing/security";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let ann: TestUser;
beforeAll(async () => {
  orders = await openOrders();
  ann = await orders.person();
});
afterAll(() => orders.close());

test("no hostile token opens a door", async () => {
  const { cloud, app, users } = orders;
  const order = anOrder(ann.id, "CONFIRMED");
  await storeOf(orders).add(order);
  await expectTokensRefused({ app, cloud, users, user: ann, path: { id: order.id } });
});
