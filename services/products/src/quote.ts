// A quote: what the products of an order are called and cost now.
import { invalid } from "@warmstart/middleware";
import type { ProductId } from "./product-id.ts";
import type { Product, ProductStore } from "./product.ts";
import type { Quote, QuoteRequest } from "./stock-schemas.ts";

/** One entry per product, however often it is asked for. What cannot be bought is named, each place of it. */
export const quote = async (products: Pick<ProductStore, "getMany">, { items }: QuoteRequest): Promise<Quote> => {
  const ids = [...new Set(items.map(({ productId }) => productId))];
  const found = new Map<ProductId, Product>();
  for (const product of await products.getMany(ids)) if (product.status === "active") found.set(product.id, product);
  const errors = items.flatMap(({ productId }, i) =>
    found.has(productId)
      ? []
      : [{ pointer: `#/items/${i}/productId`, code: "not-for-sale", detail: "is no product that is for sale" }],
  );
  if (errors.length > 0) throw invalid(errors);
  return { items: [...found.values()].map(({ id, name, price }) => ({ productId: id, name, unitPrice: price })) };
};
