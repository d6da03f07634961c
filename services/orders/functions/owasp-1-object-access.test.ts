// OWASP API 1: nobody sees or changes an order of another, by any route.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectForeignObjectsHidden } from "@warmstart/testing/security";
import { STATUSES } from "../src/moves.ts";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { bearer } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let ann: TestUser;
beforeAll(async () => {
  orders = await openOrders();
  ann = await orders.person();
});
afterAll(() => orders.close());

test("another's order is not there, in whatever state it is, and stays as it is", async () => {
  const store = storeOf(orders);
  for (const status of STATUSES) {
    const order = anOrder(ann.id, status);
    await store.add(order);
    const bob = await orders.person();
    const tried = await expectForeignObjectsHidden({
      app: orders.app,
      path: { id: order.id },
      headers: bearer(bob),
      read: () => store.get(order.id),
    });
    expect(tried).toHaveLength(7);
  }
});
