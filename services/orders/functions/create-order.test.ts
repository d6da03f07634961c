import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

let s: Store;
let ann: TestUser;
beforeAll(async () => {
  s = await openStore();
  ann = await s.person();
});
afterAll(() => s.cloud.close());

test("an order is confirmed at the prices of products, and its stock is reserved", async () => {
  const lamp = await s.product(5, { name: "Lamp", price: { amount: 1999, currency: "EUR" } });
  const placed = await s.place(ann, orderOf([line(lamp, 2)]));
  expect(placed).toBeHttp(201, {
    id: expect.stringMatching(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/),
    userId: ann.id,
    status: "CONFIRMED",
    items: [{ productId: lamp, name: "Lamp", quantity: 2, lineTotal: { amount: 3998, currency: "EUR" } }],
    total: { amount: 3998, currency: "EUR" },
    version: 2,
  });
  expect(await s.stockOf(lamp)).toEqual({ available: 3, reserved: 2, onHand: 5 });
});
