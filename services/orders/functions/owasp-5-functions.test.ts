// OWASP API 5: what staff may do, nobody below them may.
import { afterAll, beforeAll, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectGroupsKept } from "@warmstart/testing/security";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let staff: TestUser;
let admin: TestUser;
let ann: TestUser;
beforeAll(async () => {
  orders = await openOrders();
  [staff, admin] = await Promise.all([orders.person("staff"), orders.person("admin")]);
  ann = await orders.person();
});
afterAll(() => orders.close());

test("ship and deliver are for staff alone", async () => {
  const order = anOrder(ann.id, "PAID");
  await storeOf(orders).add(order);
  const people = { customer: ann, staff, admin };
  await expectGroupsKept({ app: orders.app, people, path: { id: order.id } });
});
