// Stock of a product: units that can be sold and units that orders hold. It changes by adjustments and by reservations.
import { notFound } from "@warmstart/middleware";
import { createHash } from "node:crypto";
import { badRequest, conflict, unprocessable } from "./errors.ts";
import type { ProductId } from "./product-id.ts";
import type { AdjustmentView, NewAdjustment, StockView } from "./stock-schemas.ts";

/** One change of the units in the house, kept for ever. */
export type Adjustment = AdjustmentView;

export interface Stock {
  readonly available: number;
  readonly reserved: number;
}

export type Adjusted =
  | { readonly kind: "done" }
  | { readonly kind: "found"; readonly adjustment: Adjustment }
  | { readonly kind: "absent" }
  | { readonly kind: "short"; readonly available: number };

export interface StockStore {
  get(id: ProductId): Promise<Stock | undefined>;
  /** Unless there is one with this id. */
  adjust(adjustment: Adjustment): Promise<Adjusted>;
}

const noSuchProduct = (): Error => notFound("There is no such product");

export const stockOf = async (store: StockStore, id: ProductId): Promise<StockView> => {
  const stock = await store.get(id);
  if (stock === undefined) throw noSuchProduct();
  const { available, reserved } = stock;
  return { available, reserved, onHand: available + reserved };
};

/** An adjustment is its caller's Idempotency-Key: sent again it is the same one. */
const adjustmentId = (sub: string, key: string | undefined): string => {
  if (key === undefined) throw badRequest("idempotency-key-missing", "Send an Idempotency-Key");
  if (!/^[!-~]{8,128}$/.test(key)) {
    throw badRequest("invalid-header", "Idempotency-Key must be 8 to 128 visible ASCII characters");
  }
  return createHash("sha256")
    .update(JSON.stringify([sub, key]))
    .digest("base64url");
};

/** Who asks for what, and when. */
export interface Asked {
  readonly productId: ProductId;
  readonly sub: string;
  readonly key: string | undefined;
  readonly now: number;
}

export const adjustStock = async (
  store: StockStore,
  { delta, reason }: NewAdjustment,
  { productId, sub, key, now }: Asked,
): Promise<{ readonly adjustment: Adjustment; readonly replayed: boolean }> => {
  const at = new Date(now).toISOString();
  const adjustment = { id: adjustmentId(sub, key), productId, delta, reason, by: sub, at };
  const outcome = await store.adjust(adjustment);
  switch (outcome.kind) {
    case "done":
      return { adjustment, replayed: false };
    case "absent":
      throw noSuchProduct();
    case "short":
      throw conflict("insufficient-stock", "There are not as many units left", {
        extensions: { shortages: [{ productId, available: outcome.available }] },
      });
    case "found":
      if (outcome.adjustment.delta === delta && outcome.adjustment.reason === reason)
        return { adjustment: outcome.adjustment, replayed: true };
      throw unprocessable("idempotency-key-reused", "This key was sent with another request");
    default:
      return outcome satisfies never;
  }
};
