// What staff and other services send and get about units. No transforms and no cross-field rules, as in product-schemas.ts.
import * as v from "valibot";
import { ProductId } from "./product-id.ts";
import { Money, Name } from "./product-schemas.ts";

const units = v.pipe(v.number(), v.integer(), v.minValue(0));

export const StockView = v.strictObject({ available: units, reserved: units, onHand: units });
export type StockView = v.InferOutput<typeof StockView>;

const delta = v.pipe(v.number(), v.integer(), v.minValue(-1_000_000_000), v.maxValue(1_000_000_000), v.notValue(0));
// oxlint-disable-next-line no-control-regex -- they are what is refused
const reason = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));

export const NewAdjustment = v.strictObject({ delta, reason });
export type NewAdjustment = v.InferOutput<typeof NewAdjustment>;

export const AdjustmentView = v.strictObject({
  id: v.string(),
  productId: ProductId,
  delta,
  reason,
  by: v.string(),
  at: v.string(),
});
export type AdjustmentView = v.InferOutput<typeof AdjustmentView>;

const quantity = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999));
const items = v.pipe(v.array(v.strictObject({ productId: ProductId, quantity })), v.minLength(1), v.maxLength(50));

export const QuoteRequest = v.strictObject({ items });
export type QuoteRequest = v.InferOutput<typeof QuoteRequest>;

export const Quote = v.strictObject({
  items: v.array(v.strictObject({ productId: ProductId, name: Name, unitPrice: Money })),
});
export type Quote = v.InferOutput<typeof Quote>;

export const OrderId = v.pipe(v.string(), v.regex(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/), v.brand("OrderId"));
export type OrderId = v.InferOutput<typeof OrderId>;
export const ReservationPath = v.object({ orderId: OrderId });

export const NewReservation = v.strictObject({ items, expiresAt: v.pipe(v.string(), v.isoTimestamp()) });
export type NewReservation = v.InferOutput<typeof NewReservation>;

/** `items` has one entry per product; a reservation that was released before it came has none. */
export const ReservationView = v.strictObject({
  orderId: OrderId,
  state: v.picklist(["HELD", "COMMITTED", "RELEASED"]),
  items: v.array(v.strictObject({ productId: ProductId, quantity: units })),
  expiresAt: v.optional(v.string()),
});
export type ReservationView = v.InferOutput<typeof ReservationView>;

export const Shortage = v.strictObject({ productId: ProductId, available: units });
export type Shortage = v.InferOutput<typeof Shortage>;
