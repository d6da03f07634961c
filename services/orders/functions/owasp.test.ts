// The checks of OWASP's API list that leave the cloud as it is: 1 objects, 2 authentication, 3 properties, 5 functions, 9 inventory.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectOpenApi, type TestUser } from "@warmstart/testing";
import {
  expectForeignObjectsHidden,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";

import { type Status, STATUSES } from "../src/moves.ts";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { document } from "../test/openapi.ts";
import { bearer } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let people: Readonly<Record<"customer" | "staff" | "admin", TestUser>>;
beforeAll(async () => {
  orders = await openOrders();
  const [customer, staff, admin] = await Promise.all([orders.person(), orders.person("staff"), orders.person("admin")]);
  people = { customer, staff, admin };
});
afterAll(() => orders.close());

/** The customer's. */
const stored = async (status: Status, more: Parameters<typeof anOrder>[2] = {}) => {
  const order = anOrder(people.customer.id, status, more);
  await storeOf(orders).add(order);
  return order.id;
};

test("another's order is not there, in whatever state it is, and stays as it is", async () => {
  for (const status of STATUSES) {
    const id = await stored(status);
    const headers = bearer(await orders.person()); // whose keys are of no other request
    const read = () => storeOf(orders).get(id);
    expect(await expectForeignObjectsHidden({ app: orders.app, path: { id }, headers, read })).toHaveLength(7);
  }
});

test("no hostile token opens a door", async () => {
  const { cloud, app, users } = orders;
  await expectTokensRefused({ app, cloud, users, user: people.customer, path: { id: await stored("CONFIRMED") } });
});

test("a field of the server's is named and refused on every route", async () => {
  const headers = bearer(people.customer);
  await expectServerFieldsRefused({ app: orders.app, headers, path: { id: await stored("CONFIRMED") } });
});

test("attributes that only the table knows are in no answer", async () => {
  const payment = { attempt: 1, token: "tok_x" };
  const id = await stored("PAYING", { dueAt: "2026-01-15T12:01:00.000Z", payment });
  for (const path of ["", `/${id}`, `/${id}/events`]) {
    const { text } = await orders.app.http.get(`/v1/orders${path}`, { headers: bearer(people.customer) });
    expect(text).not.toMatch(/tok_x|dueAt|requestHash|reservedUntil|gsi|"pk"/);
  }
});

test("ship and deliver are for staff alone", async () => {
  await expectGroupsKept({ app: orders.app, people, path: { id: await stored("PAID") } });
});

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(orders.app, document));
