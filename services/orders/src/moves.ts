// The life of an order: which state may follow which. Every change of state goes through here.
import { conflict } from "./errors.ts";

export const STATUSES = [
  "PENDING", // written, its stock not reserved yet
  "CONFIRMED", // reserved, to be paid
  "PAYING",
  "PAID",
  "SHIPPED",
  "DELIVERED",
  "REJECTED", // no stock
  "CANCELLED",
  "EXPIRED", // not paid in time
  "REFUNDING",
  "REFUNDED",
] as const;
export type Status = (typeof STATUSES)[number];

const MOVES: Readonly<Record<Status, readonly Status[]>> = {
  PENDING: ["CONFIRMED", "REJECTED", "CANCELLED"],
  CONFIRMED: ["PAYING", "CANCELLED", "EXPIRED"],
  PAYING: ["PAID", "CONFIRMED", "REFUNDING"],
  PAID: ["SHIPPED", "REFUNDING"],
  SHIPPED: ["DELIVERED"],
  DELIVERED: [],
  REJECTED: [],
  CANCELLED: [],
  EXPIRED: [],
  REFUNDING: ["REFUNDED"],
  REFUNDED: [],
};

/** Of these a person may have 20; all others need nobody any more, or only us. */
export const OPEN: readonly Status[] = ["PENDING", "CONFIRMED", "PAYING"];

/** Throws 409 unless the state may follow. */
export const checkMove = (from: Status, to: Status): void => {
  if (!MOVES[from].includes(to)) throw conflict("invalid-state", `The order is ${from}`);
};
