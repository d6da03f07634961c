// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";
import { ProductId } from "./product-id.ts";

/** Minor units of a price; the index by price has twelve digits. */
export const MAX_AMOUNT = 999_999_999_999;

const amount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_AMOUNT));
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
/** Integer minor units: 1999 EUR is 19.99 euros, 1999 JPY is 1999 yen (ISO 4217). */
export const Money = v.strictObject({ amount, currency });
export type Money = v.InferOutput<typeof Money>;

export const Sku = v.pipe(v.string(), v.regex(/^[A-Z0-9-]{3,40}$/));
// oxlint-disable-next-line no-control-regex -- they are what is refused
export const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));
export const Category = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
// oxlint-disable-next-line no-control-regex -- tabs and line ends are let through
const text = v.regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/);
const description = v.pipe(v.string(), v.maxLength(4000), text);
/** Shown, never fetched. */
const image = v.pipe(v.string(), v.maxLength(2048), v.regex(/^https:\/\/[^\s"<>\\^`{|}]+$/));
const images = v.pipe(v.array(image), v.maxLength(10));
const attributeName = v.pipe(v.string(), v.minLength(1), v.maxLength(40), text);
const attributeValue = v.pipe(v.string(), v.maxLength(200), text);
const attributes = v.pipe(v.record(attributeName, attributeValue), v.maxEntries(20));
/** Archived is what DELETE makes it. */
const openStatus = v.picklist(["draft", "active"]);
const status = v.picklist(["draft", "active", "archived"]);
export type Status = v.InferOutput<typeof status>;

const fields = {
  name: Name,
  description: v.optional(description),
  price: Money,
  category: Category,
  images: v.optional(images),
  attributes: v.optional(attributes),
};

export const NewProduct = v.strictObject({ sku: Sku, ...fields, status: v.optional(openStatus) });
export type NewProduct = v.InferOutput<typeof NewProduct>;

/** All of a product but what is fixed; what is left out is removed. */
export const ProductReplacement = v.strictObject({ ...fields, status: openStatus });
export type ProductReplacement = v.InferOutput<typeof ProductReplacement>;

/** RFC 7396: null removes, also single attributes. */
export const ProductPatch = v.strictObject({
  name: v.optional(Name),
  description: v.nullish(description),
  price: v.optional(v.strictObject({ amount: v.optional(amount), currency: v.optional(currency) })),
  category: v.optional(Category),
  images: v.nullish(images),
  attributes: v.nullish(v.pipe(v.record(attributeName, v.nullable(attributeValue)), v.maxEntries(40))),
  status: v.optional(openStatus),
});
export type ProductPatch = v.InferOutput<typeof ProductPatch>;

const summary = {
  id: ProductId,
  sku: Sku,
  name: Name,
  price: Money,
  category: Category,
  images,
  status,
  version: v.number(),
  createdAt: v.string(),
  updatedAt: v.string(),
};
/** What lists show. */
export const ProductSummary = v.strictObject(summary);
export type ProductSummary = v.InferOutput<typeof ProductSummary>;

export const ProductView = v.strictObject({ ...summary, description: v.optional(description), attributes });
export type ProductView = v.InferOutput<typeof ProductView>;

export const ProductPath = v.object({ id: ProductId });

const paging = {
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
};
const priceBound = v.optional(v.pipe(v.string(), v.regex(/^\d{1,12}$/)));

export const ListQuery = v.strictObject({
  ...paging,
  category: v.optional(Category),
  sort: v.optional(v.picklist(["price", "-price"])),
  minPrice: priceBound,
  maxPrice: priceBound,
  currency: v.optional(currency),
});
export type ListQuery = v.InferOutput<typeof ListQuery>;

export const StaffListQuery = v.strictObject({ ...paging, status: v.optional(status) });
export type StaffListQuery = v.InferOutput<typeof StaffListQuery>;
