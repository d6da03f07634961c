import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newOrderId } from "../test/a-product.ts";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

const inHalfAnHour = (): string => new Date(s.cloud.clock.now() + 30 * 60_000).toISOString();

const reserve = (orderId: string, items: readonly object[], expiresAt = inHalfAnHour()) =>
  s.internal("put", `reservations/${orderId}`, { items, expiresAt });

test("a quote names and prices each product once", async () => {
  const { id } = await s.stocked(0, { name: "Teapot" });
  const items = [
    { productId: id, quantity: 1 },
    { productId: id, quantity: 2 },
  ];
  expect(await s.internal("post", "quotes", { items })).toBeHttp(200, {
    items: [{ productId: id, name: "Teapot", unitPrice: { amount: 1999, currency: "EUR" } }],
  });
});

test("reserved units are held, then sold, and given back on a refund", async () => {
  const { id } = await s.stocked(10);
  const orderId = newOrderId();
  const items = [{ productId: id, quantity: 4 }];
  expect(await reserve(orderId, items)).toBeHttp(201, { orderId, state: "HELD", items });
  expect(await s.stock(id)).toEqual({ available: 6, reserved: 4, onHand: 10 });
  expect(await s.internal("post", `reservations/${orderId}/commit`)).toBeHttp(200, { state: "COMMITTED" });
  expect(await s.stock(id)).toEqual({ available: 6, reserved: 0, onHand: 6 });
  expect(await s.internal("post", `reservations/${orderId}/release`)).toBeHttp(200, { state: "RELEASED" });
  expect(await s.stock(id)).toEqual({ available: 10, reserved: 0, onHand: 10 });
});
