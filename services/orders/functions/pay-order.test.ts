import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { broken } from "../test/invariants.ts";
import type { OrderId } from "../src/order-schemas.ts";
import { bearer, newKey, openStore, type Store } from "../test/open-store.ts";
import { storeOf } from "../test/put-order.ts";

let s: Store;
let ann: TestUser;
let staff: TestUser;
let lamp: string;
beforeAll(async () => {
  s = await openStore();
  [ann, staff] = await Promise.all([s.person(), s.person("staff")]);
  lamp = await s.product(100);
});
afterAll(() => s.cloud.close());

const pay = (id: string, paymentToken: string, key = newKey()) =>
  s.act(ann, id, "pay", { key, body: { paymentToken } });
const stateOf = async (id: string): Promise<unknown> => (await storeOf(s).get(id as OrderId))?.status; // the API's id

test("a paid order is shipped and delivered, and its stock is sold", async () => {
  const rug = await s.product(2);
  const { id } = await s.order(ann, rug);
  expect(await pay(id, "tok_ok")).toBeHttp(200, { status: "PAID", version: 4 });
  expect(await s.stockOf(rug)).toEqual({ available: 1, reserved: 0, onHand: 1 });
  expect(await s.act(staff, id, "ship")).toBeHttp(200, { status: "SHIPPED" });
  expect(await s.act(staff, id, "deliver")).toBeHttp(200, { status: "DELIVERED" });
  const { json } = await s.app.http.get(`/v1/orders/${id}/events`, { headers: bearer(ann) });
  expect(json).toMatchObject({
    data: [{ to: "CONFIRMED" }, { to: "PAYING" }, { to: "PAID" }, { to: "SHIPPED", by: "staff" }, { to: "DELIVERED" }],
  });
});

test("a payment that is declined can be tried again; the same key gets the same answer", async () => {
  const { id } = await s.order(ann, lamp);
  const key = newKey();
  const declined = await pay(id, "tok_declined", key);
  expect(declined).toBeProblem(402, "payment-declined");
  expect((await pay(id, "tok_declined", key)).text).toBe(declined.text);
  expect(await pay(id, "tok_ok")).toBeHttp(200, { status: "PAID" });
});

test("of 20 payments at once one is made", async () => {
  const { id } = await s.order(ann, lamp);
  const answers = await Promise.all(Array.from({ length: 20 }, () => pay(id, "tok_ok")));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
});

test("a provider that does not answer leaves it PAYING; the recoverer asks again, and charges nothing twice", async () => {
  const { id } = await s.order(ann, lamp);
  const key = newKey();
  const pending = await pay(id, "tok_timeout_then_ok", key);
  expect(pending).toBeHttp(202, { status: "PAYING" });
  await s.cloud.clock.advance("2m");
  expect(await stateOf(id)).toBe("PAID");
  expect((await pay(id, "tok_timeout_then_ok", key)).text).toBe(pending.text);
});

test("staff may cancel a paid order: the money goes back and the stock returns; its owner may not", async () => {
  const rug = await s.product(1);
  const { id } = await s.order(ann, rug);
  await pay(id, "tok_ok");
  expect(await s.act(ann, id, "cancel")).toBeProblem(409, "invalid-state");
  expect(await s.act(staff, id, "cancel")).toBeHttp(200, { status: "REFUNDED" });
  expect(await s.stockOf(rug)).toEqual({ available: 1, reserved: 0, onHand: 1 });
});

test("an order that is not paid in 15 minutes expires, gives its stock back and can no longer be paid", async () => {
  const rug = await s.product(1);
  const bob = await s.person();
  const { id } = await s.order(bob, rug);
  await s.cloud.clock.advance("14m");
  expect(await stateOf(id)).toBe("CONFIRMED");
  await s.cloud.clock.advance("2m");
  expect(await stateOf(id)).toBe("EXPIRED");
  expect(await s.stockOf(rug)).toMatchObject({ available: 1, reserved: 0 });
});

test("a payment for stock that products gave up meanwhile is refunded, and counted", async () => {
  ann = await s.person();
  const { id } = await s.order(ann, lamp);
  const sign = { service: "execute-api" };
  await s.products.http.post(`/internal/reservations/${id}/release`, { sign });
  expect(await pay(id, "tok_ok")).toBeProblem(409, "invalid-state");
  expect(await stateOf(id)).toBe("REFUNDED");
  const lines = await s.cloud.logs("orders-local-payOrder");
  expect(lines.filter(({ message }) => message.includes('"refund_after_release":1'))).toHaveLength(1);
});

test("afterwards all sums are right", async () => {
  await s.cloud.clock.advance("2m");
  expect(await broken(s)).toEqual([]);
});
