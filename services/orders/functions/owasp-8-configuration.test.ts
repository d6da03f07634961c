// OWASP API 8: headers on every answer, no word of AWS in any failure.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { bearer, line, newKey, orderOf } from "../test/open-store.ts";
import { openOrders, type Orders } from "../test/open-orders.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

let orders: Orders;
beforeAll(async () => {
  orders = await openOrders();
});
afterEach(() => orders.cloud.faults.clear());
afterAll(() => orders.close());

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
      const { status, json, headers } = await request();
      expect([500, 503]).toContain(status);
      expect(Object.keys(json as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
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
