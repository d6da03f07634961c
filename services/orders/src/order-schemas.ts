// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";
import { STATUSES } from "./moves.ts";

const line = (most: number) =>
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  v.pipe(v.string(), v.minLength(1), v.maxLength(most), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));

export const Amount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** ISO 4217; the amounts are in its minor unit. */
export const Currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
export const Money = v.strictObject({ amount: Amount, currency: Currency });
export type Money = v.InferOutput<typeof Money>;

const ProductId = v.pipe(v.string(), v.regex(/^prd_[0-9A-HJKMNP-TV-Z]{26}$/));
const orderId = v.pipe(v.string(), v.regex(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/), v.brand("OrderId"));
export type OrderId = v.InferOutput<typeof orderId>;
const quantity = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999));
const note = line(500);
const status = v.picklist(STATUSES);
const timestamp = v.pipe(v.string(), v.isoTimestamp());

const Address = v.strictObject({
  name: line(100),
  line1: line(100),
  line2: v.optional(line(100)),
  city: line(100),
  region: v.optional(line(100)),
  postalCode: line(20),
  /** ISO 3166-1 alpha-2 */
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
});

const Item = v.strictObject({ productId: ProductId, quantity });
export type Item = v.InferOutput<typeof Item>;

export const NewOrder = v.strictObject({
  items: v.pipe(v.array(Item), v.minLength(1), v.maxLength(50)),
  shippingAddress: Address,
  currency: Currency,
  note: v.optional(note),
  expectedTotal: v.optional(Money),
});
export type NewOrder = v.InferOutput<typeof NewOrder>;

/** `null` removes the note. */
export const OrderPatch = v.strictObject({ shippingAddress: v.optional(Address), note: v.nullish(note) });
export type OrderPatch = v.InferOutput<typeof OrderPatch>;

export const Payment = v.strictObject({ paymentToken: v.pipe(v.string(), v.regex(/^[\w-]{1,200}$/)) });

const Line = v.strictObject({
  productId: v.string(),
  name: v.string(),
  quantity: v.number(),
  unitPrice: Money,
  lineTotal: Money,
});
export type Line = v.InferOutput<typeof Line>;

/** Why an order was rejected: so many were left. */
export const Shortage = v.strictObject({ productId: v.string(), available: Amount });
export type Shortage = v.InferOutput<typeof Shortage>;

export const OrderView = v.strictObject({
  id: v.string(),
  userId: v.string(),
  status,
  items: v.array(Line),
  total: Money,
  shippingAddress: Address,
  note: v.optional(v.string()),
  /** While CONFIRMED: unpaid until then, it expires. */
  payBy: v.optional(v.string()),
  /** When REJECTED. */
  shortages: v.optional(v.array(Shortage)),
  version: v.number(),
  createdAt: v.string(),
  updatedAt: v.string(),
});
export type OrderView = v.InferOutput<typeof OrderView>;

export const OrderSummary = v.strictObject({
  id: v.string(),
  status,
  total: Money,
  itemCount: v.number(),
  createdAt: v.string(),
});
export type OrderSummary = v.InferOutput<typeof OrderSummary>;

/** One move of an order. */
export const OrderEvent = v.strictObject({
  version: v.number(),
  from: status,
  to: status,
  by: v.picklist(["owner", "staff", "system"]),
  at: v.string(),
});
export type OrderEvent = v.InferOutput<typeof OrderEvent>;

export const OrderPath = v.object({ id: orderId });

export const ListQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
  /** Staff may read those of others. */
  userId: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))),
  status: v.optional(status),
  from: v.optional(timestamp),
  to: v.optional(timestamp),
});
export type ListFilter = Pick<v.InferOutput<typeof ListQuery>, "status" | "from" | "to">;
