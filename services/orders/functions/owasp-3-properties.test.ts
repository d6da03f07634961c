// OWASP API 3: fields of the server's are not written, and what only the table knows is not shown.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectServerFieldsRefused } from "@warmstart/testing/security";
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

test("a field of the server's is named and refused on every route", async () => {
  const order = anOrder(ann.id, "CONFIRMED");
  await storeOf(orders).add(order);
  await expectServerFieldsRefused({ app: orders.app, headers: bearer(ann), path: { id: order.id } });
});

test("attributes that only the table knows are in no answer", async () => {
  const order = anOrder(ann.id, "PAYING", {
    dueAt: "2026-01-15T12:01:00.000Z",
    payment: { attempt: 1, token: "tok_x" },
  });
  await storeOf(orders).add(order);
  for (const path of ["", `/${order.id}`, `/${order.id}/events`]) {
    const { text } = await orders.app.http.get(`/v1/orders${path}`, { headers: bearer(ann) });
    expect(text).not.toMatch(/tok_x|dueAt|requestHash|reservedUntil|gsi|"pk"/);
  }
});
