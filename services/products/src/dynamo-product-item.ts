// A product as an item, and the keys that its indexes sort by.
import type { Item } from "./dynamo-client.ts";
import type { ProductId } from "./product-id.ts";
import type { Product } from "./product.ts";
import type { ProductSummary, Status } from "./product-schemas.ts";

export const stateKey = (status: Status): string => `S#${status}`;
export const categoryKey = (category: string, currency: string): string => `C#${category}#active#${currency}`;
/** Twelve digits, so that texts sort as their numbers do. */
export const amountKey = (amount: number): string => String(amount).padStart(12, "0");

export const priceKeys = (id: ProductId, { category, price }: Pick<Product, "category" | "price">): Item => ({
  gsi2pk: categoryKey(category, price.currency),
  gsi2sk: `${amountKey(price.amount)}#${id}`,
});

const NOT_SHOWN = new Set(["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"]);

const fieldsOf = (item: Item): object => ({
  id: String(item["pk"]).slice("P#".length),
  ...Object.fromEntries(Object.entries(item).filter(([name]) => !NOT_SHOWN.has(name))),
});

export const recordOf = (item: Item): Product => fieldsOf(item) as Product; // what itemOf and change wrote
/** From an index, which holds what a list shows. */
export const summaryOf = (item: Item): ProductSummary => fieldsOf(item) as ProductSummary;
