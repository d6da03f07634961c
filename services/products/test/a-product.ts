// Products and orders that tests make, no two alike.
import type { NewProduct } from "../src/product-schemas.ts";

let skus = 0;

/** What staff send to create a product; each with a SKU of its own. */
export const aProduct = (given: Readonly<Record<string, unknown>> = {}): NewProduct & Record<string, unknown> => ({
  sku: `MUG-${String(++skus).padStart(5, "0")}`,
  name: "Mug",
  price: { amount: 1999, currency: "EUR" },
  category: "mugs",
  ...given,
});

let orders = 0;
/** Another order's id with each call. */
export const newOrderId = (): string => `ord_${String(++orders).padStart(26, "0")}`;
