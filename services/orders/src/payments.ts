// What this service asks of whoever moves the money. `orderId` and `attempt` are the idempotency key of both calls.
import type { Money, OrderId } from "./order-schemas.ts";

export interface Charge {
  readonly orderId: OrderId;
  readonly attempt: number;
  readonly amount: Money;
  /** A reference to the payer's means, from the provider's own form; never a card number. */
  readonly token: string;
}

export interface Payments {
  charge(charge: Charge): Promise<"charged" | "declined" | "no-answer">;
  /** All of a charge, or nothing when it was never made. */
  refund(charge: Pick<Charge, "orderId" | "attempt">): Promise<"refunded" | "no-answer">;
}
