// OWASP API 4: what a request may cost has limits, and no input breaks a function.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectBadInputRefused, expectFuzzSurvived } from "@warmstart/testing/security";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { bearer } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let admin: TestUser;
let ann: TestUser;
beforeAll(async () => {
  orders = await openOrders();
  admin = await orders.person("admin");
  ann = await orders.person();
});
afterAll(() => orders.close());

test("bodies, lists, limits, keys and cursors have bounds on every route", async () => {
  const order = anOrder(admin.id, "CONFIRMED");
  await storeOf(orders).add(order);
  await expectBadInputRefused({ app: orders.app, headers: bearer(admin), path: { id: order.id } });
});

test("no hostile request breaks a function", async () => {
  const order = anOrder(ann.id, "CONFIRMED");
  await storeOf(orders).add(order);
  const callers = [{}, bearer(ann), bearer(admin)] as const;
  const { statuses } = await expectFuzzSurvived({ ...orders, callers, path: { id: order.id } });
  expect(Object.keys(statuses).length).toBeGreaterThan(3);
});
