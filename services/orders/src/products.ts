// What this service asks of products. Every question may be asked again: the same answer, no second effect.
import type { Item, Money, OrderId, Shortage } from "./order-schemas.ts";

export interface Quoted {
  readonly productId: string;
  readonly name: string;
  readonly unitPrice: Money;
}

/** Products did not answer, or nothing that can be believed: nobody knows whether it did what it was asked to. */
export interface NoAnswer {
  readonly kind: "no-answer";
  readonly reason: string;
}

export type Quote =
  | { readonly kind: "quoted"; readonly items: ReadonlyMap<string, Quoted> }
  /** Not all of these are on sale. */
  | { readonly kind: "unknown"; readonly productIds: readonly string[] }
  | NoAnswer;

export type Reserved =
  | { readonly kind: "held" }
  /** `sure`: no earlier try of this call may still arrive. */
  | { readonly kind: "short"; readonly sure: boolean; readonly shortages: readonly Shortage[] }
  /** The reservation was given up before, and will never be made. */
  | { readonly kind: "given-up" }
  | NoAnswer;

export interface Reservation {
  readonly id: OrderId;
  readonly items: readonly Item[];
  readonly expiresAt: string;
}

export interface Products {
  quote(items: readonly Item[]): Promise<Quote>;
  reserve(reservation: Reservation): Promise<Reserved>;
  /** `gone`: its stock is no longer reserved. */
  commit(id: OrderId): Promise<{ readonly kind: "committed" } | { readonly kind: "gone" } | NoAnswer>;
  release(id: OrderId): Promise<{ readonly kind: "released" } | NoAnswer>;
}
