// A person's way through all three services, and what orders makes of a products service that has gone mad.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type App, openCloud, type TestUser } from "@warmstart/testing";
import { type FakeProducts, json, obliging } from "../test/fake-products.ts";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

describe("over loopback, against the deployed stacks", () => {
  let users: App;
  let s: Store;
  beforeAll(async () => {
    const cloud = await openCloud();
    users = await cloud.deploy("services/users");
    s = await openStore(cloud, users);
  });
  afterAll(() => s.cloud.close());

  test("somebody signs up, confirms, signs in, looks at their record, orders and pays", async () => {
    const lamp = await s.product(1);
    const ann = await s.person();
    expect(await users.http.get("/v1/users/me", { headers: bearer(ann) })).toBeHttp(200, { email: ann.email });
    expect(await s.products.http.get("/v1/products")).toBeHttp(200, { data: [{ id: lamp }] });
    const { id } = await s.order(ann, lamp);
    const paid = await s.act(ann, id, "pay", { body: { paymentToken: "tok_ok" } });
    expect(paid).toBeHttp(200, { status: "PAID", userId: ann.id });
    expect(await s.stockOf(lamp)).toEqual({ available: 0, reserved: 0, onHand: 0 });
  });
});

describe("products that answer nonsense", () => {
  const LAMP = "prd_00000000000000000000000000";
  let orders: Orders;
  let ann: TestUser;
  beforeAll(async () => {
    orders = await openOrders();
    ann = await orders.person();
  });
  afterAll(() => orders.close());

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
