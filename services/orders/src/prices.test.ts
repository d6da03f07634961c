import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Quoted } from "./products.ts";
import { priceLines, totalOf } from "./prices.ts";

const A = "prd_AAAAAAAAAAAAAAAAAAAAAAAAAA";
const quotes = (amount: number, currency = "EUR"): ReadonlyMap<string, Quoted> =>
  new Map([[A, { productId: A, name: "Lamp", unitPrice: { amount, currency } }]]);
const lines = (quantities: readonly number[]) => quantities.map((quantity) => ({ productId: A, quantity }));
const shippingAddress = { name: "a", line1: "b", city: "c", postalCode: "d", country: "AT" };

test("a total is the exact sum of units times quantities", () => {
  const quantity = fc.integer({ min: 1, max: 999 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000_000 }),
      fc.array(quantity, { minLength: 1, maxLength: 50 }),
      (unit, counts) => {
        const priced = priceLines({ items: lines(counts), currency: "EUR" }, quotes(unit));
        const total = totalOf(priced, { items: lines(counts), currency: "EUR", shippingAddress });
        expect(BigInt(total.amount)).toBe(counts.reduce((sum, count) => sum + BigInt(count) * BigInt(unit), 0n));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

test.each([
  ["another currency", quotes(100, "USD"), 1, "is sold in USD"],
  ["nothing", new Map<string, Quoted>(), 1, "is not on sale"],
  ["too much", quotes(1e11), 11, "costs too much in this quantity"],
])("a line in %s is named with its reason", (_what, quote, quantity, detail) => {
  expect(() => priceLines({ items: lines([quantity]), currency: "EUR" }, quote)).toThrow(
    expect.objectContaining({
      code: "validation-failed",
      errors: [{ pointer: "#/items/0/productId", code: "not-orderable", detail }],
    }),
  );
});
