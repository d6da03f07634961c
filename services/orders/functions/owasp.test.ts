// The checks of OWASP's API list: 1 objects, 2 authentication, 3 properties, 4 resources, 5 functions, 8 configuration,
// 9 inventory, 10 consumption of other APIs.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { expectOpenApi, type TestUser } from "@warmstart/testing";
import {
  expectBadInputRefused,
  expectForeignObjectsHidden,
  expectFuzzSurvived,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";

import { type Status, STATUSES } from "../src/moves.ts";
import { type FakeProducts, json, obliging } from "../test/fake-products.ts";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { document } from "../test/openapi.ts";
import { bearer, line, newKey, orderOf } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
let people: Readonly<Record<"customer" | "staff" | "admin", TestUser>>;
beforeAll(async () => {
  orders = await openOrders();
  const [customer, staff, admin] = await Promise.all([orders.person(), orders.person("staff"), orders.person("admin")]);
  people = { customer, staff, admin };
});
afterEach(async () => {
  orders.products.answer = obliging;
  await orders.cloud.faults.clear();
});
afterAll(() => orders.close());

/** The customer's. */
const stored = async (status: Status, more: Parameters<typeof anOrder>[2] = {}) => {
  const order = anOrder(people.customer.id, status, more);
  await storeOf(orders).add(order);
  return order.id;
};

/** moves.test.ts tries strangers in every state too. */
const SOME = process.env["WARMSTART_FULL"] === "1" ? STATUSES : (["PENDING", "CONFIRMED", "PAID"] as const);

test("another's order is not there, in whatever state it is, and stays as it is", async () => {
  for (const status of SOME) {
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

test("bodies, lists, limits, keys and cursors have bounds on every route", async () => {
  const admin = await orders.person("admin");
  const order = anOrder(admin.id, "CONFIRMED");
  await storeOf(orders).add(order);
  await expectBadInputRefused({ app: orders.app, headers: bearer(admin), path: { id: order.id } });
});

test("no hostile request breaks a function", async () => {
  const [ann, admin] = [await orders.person(), await orders.person("admin")];
  const order = anOrder(ann.id, "CONFIRMED");
  await storeOf(orders).add(order);
  const callers = [{}, bearer(ann), bearer(admin)] as const;
  const { statuses } = await expectFuzzSurvived({ ...orders, callers, path: { id: order.id } });
  expect(Object.keys(statuses).length).toBeGreaterThan(3);
});

test("whatever fails inside, the answer is 5xx and says nothing of it", async () => {
  const ann = await orders.person();
  const { id } = anOrder(ann.id, "CONFIRMED");
  await storeOf(orders).add(anOrder(ann.id, "CONFIRMED", { id }));
  const { post, get } = orders.app.http;
  const as = (body?: object) => ({ headers: bearer(ann, newKey()), ...(body && { body }) });
  const requests = [
    () => post("/v1/orders", as(orderOf([line("prd_00000000000000000000000000")]))),
    () => post(`/v1/orders/${id}/pay`, as({ paymentToken: "tok_ok" })),
    () => post(`/v1/orders/${id}/cancel`, as()),
    () => get(`/v1/orders/${id}`, as()),
    () => get("/v1/orders", as()),
  ];
  for (const effect of [
    { kind: "error", code: "AccessDeniedException", status: 400, message: "no arn:aws:dynamodb for you" },
    { kind: "error", code: "InternalServerError", status: 500 },
  ] as const) {
    await orders.cloud.faults.add({ id: "table", match: { service: "dynamodb" }, effect });
    for (const request of requests) {
      const { status, json: problem, headers } = await request();
      expect([500, 503]).toContain(status);
      expect(Object.keys(problem as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    }
    await orders.cloud.faults.clear("table");
  }
});

test("no origin may call it from a browser unless it is named", async () => {
  const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
  const preflight = await orders.app.http.options("/v1/orders", { headers });
  expect(preflight.headers).not.toHaveProperty("access-control-allow-origin");
});

describe("products that answer nonsense", () => {
  const LAMP = "prd_00000000000000000000000000";
  let ann: TestUser;
  beforeAll(async () => {
    ann = await orders.person();
  });

  const place = () =>
    orders.app.http.post("/v1/orders", { headers: bearer(ann, newKey()), body: orderOf([line(LAMP)]) });
  const count = async (): Promise<number> => {
    const { json: page } = await orders.app.http.get("/v1/orders", { headers: bearer(ann) });
    return (page as { data: readonly unknown[] }).data.length; // the API's schema
  };
  const price = (unitPrice: object) => json(200, { items: [{ productId: LAMP, name: "Lamp", unitPrice }] });

  test.each<[string, FakeProducts["answer"]]>([
    ["a negative price", price({ amount: -1, currency: "EUR" })],
    ["a wrong currency", price({ amount: 1, currency: "euro" })],
    ["no line", json(200, { items: [] })],
    ["10 MB", json(200, { items: "x".repeat(10_000_000) })],
    ["garbage", (_request, response) => void response.end("<html>")],
    ["nothing, for longer than anybody waits", () => undefined],
  ])("to a quote %s: 503, and no order", async (_what, answer) => {
    orders.products.answer = answer;
    const before = await count();
    expect(await place()).toBeProblem(503, "dependency-unavailable");
    expect(await count()).toBe(before);
  });

  test.each<[string, FakeProducts["answer"]]>([
    ["another order's reservation", json(200, { orderId: "ord_00000000000000000000000000", state: "HELD" })],
    ["a reservation that is not held", json(200, { state: "RELEASED" })],
    ["garbage", (_request, response) => void response.end("<html>")],
  ])("to a reservation %s: 202, and nothing confirmed", async (_what, answer) => {
    orders.products.answer = (request, response, body) =>
      (request.url === "/internal/quotes" ? obliging : answer)(request, response, body);
    expect(await place()).toBeHttp(202, { status: "PENDING" });
  });
});
