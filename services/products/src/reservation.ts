// A reservation: units of an order that nobody else can have, until they are sold, given back or overdue.
import { invalid, notFound, unavailable } from "@warmstart/middleware";
import { conflict, unprocessable } from "./errors.ts";
import type { ProductId } from "./product-id.ts";
import type { NewReservation, OrderId, ReservationView, Shortage } from "./stock-schemas.ts";

export type State = ReservationView["state"];

/** Units of one product. */
export interface Line {
  readonly productId: ProductId;
  readonly quantity: number;
}

export interface Reservation {
  readonly orderId: OrderId;
  readonly state: State;
  /** One per product, in the order of their ids; none on a stone, which keeps out a reservation that comes too late. */
  readonly lines: readonly Line[];
  readonly expiresAt?: string;
}

export type Held =
  | { readonly kind: "held" }
  | { readonly kind: "found"; readonly reservation: Reservation }
  | { readonly kind: "short"; readonly shortages: readonly Shortage[] };

export interface ReservationStore {
  /** Takes the units of all lines or of none. */
  hold(reservation: Reservation & { readonly expiresAt: string }): Promise<Held>;
  /** As it is now, not as it was a moment ago. */
  get(orderId: OrderId): Promise<Reservation | undefined>;
  /** Moves a reservation and its units on; false when it is in another state by now. */
  move(reservation: Reservation, to: State): Promise<boolean>;
  /** Leaves a stone; false when there is a reservation by now. */
  refuse(orderId: OrderId): Promise<boolean>;
  /** The orders of one shard whose reservations are held past `now`, oldest first. */
  overdue(shard: number, now: string): AsyncIterable<OrderId>;
}

/** One line per product, so that two lines of one product cannot oversell it, and equal contents look equal. */
const linesOf = (items: NewReservation["items"]): readonly Line[] =>
  [...Map.groupBy(items, ({ productId }) => productId)]
    .map(([productId, lines]) => ({ productId, quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0) }))
    .toSorted((a, b) => (a.productId < b.productId ? -1 : 1));

const sameLines = (a: readonly Line[], b: readonly Line[]): boolean =>
  a.length === b.length &&
  a.every(({ productId, quantity }, i) => productId === b[i]?.productId && quantity === b[i].quantity);

const timeOf = (expiresAt: string): string => {
  const time = Date.parse(expiresAt);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw invalid([{ pointer: "#/expiresAt", code: "iso-timestamp", detail: "is no time" }]);
};

const released = (orderId: OrderId): Error => conflict("invalid-state", `The reservation of ${orderId} was released`);

/** Reserves the units of an order; asked again with the same content it answers the same. */
export const reserve = async (
  store: ReservationStore,
  orderId: OrderId,
  { items, expiresAt }: NewReservation,
): Promise<{ readonly isNew: boolean; readonly reservation: Reservation }> => {
  const wanted = { orderId, state: "HELD" as const, lines: linesOf(items), expiresAt: timeOf(expiresAt) };
  const outcome = await store.hold(wanted);
  switch (outcome.kind) {
    case "held":
      return { isNew: true, reservation: wanted };
    case "short":
      throw conflict("insufficient-stock", "There are not as many units left", {
        extensions: { shortages: outcome.shortages },
      });
    case "found":
      if (outcome.reservation.state === "RELEASED") throw released(orderId);
      if (sameLines(outcome.reservation.lines, wanted.lines)) return { isNew: false, reservation: outcome.reservation };
      throw unprocessable("validation-failed", `${orderId} has a reservation with other items`, {
        errors: [{ pointer: "#/items", code: "other-content", detail: "must be those of the first request" }],
      });
    default:
      return outcome satisfies never;
  }
};

/** Nothing, HELD, COMMITTED, RELEASED: a reservation only moves on, so after three lost races it has arrived. */
const MOST_TRIES = 4;

/** Looks and moves until nobody was faster. `next` says where to from there, or nothing when it is to stay. */
const settle = async (
  store: ReservationStore,
  orderId: OrderId,
  next: (found: Reservation | undefined) => State | undefined,
): Promise<Reservation | undefined> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await store.get(orderId);
    const to = next(found);
    if (to === undefined) return found;
    if (found === undefined && (await store.refuse(orderId))) return { orderId, state: to, lines: [] };
    if (found !== undefined && (await store.move(found, to))) return { ...found, state: to };
  }
  throw unavailable(`The reservation of ${orderId} keeps changing`);
};

/** The units are sold: they are no longer in the house. */
export const commitReservation = async (store: ReservationStore, orderId: OrderId): Promise<Reservation> => {
  const nothing = (): Error => notFound(`There is no reservation of ${orderId}`);
  const reservation = await settle(store, orderId, (found) => {
    if (found === undefined) throw nothing();
    if (found.state === "RELEASED") throw released(orderId);
    return found.state === "HELD" ? "COMMITTED" : undefined;
  });
  if (reservation === undefined) throw nothing();
  return reservation;
};

/**
 * Gives the units back, sold ones too. Where there is nothing to give back a stone is left, so that a reservation that is
 * still travelling when its order is given up is refused when it comes.
 */
export const releaseReservation = async (store: ReservationStore, orderId: OrderId): Promise<Reservation> => {
  const reservation = await settle(store, orderId, (found) => (found?.state === "RELEASED" ? undefined : "RELEASED"));
  return reservation ?? { orderId, state: "RELEASED", lines: [] };
};

/** Gives the units of a reservation back whose time is over; what was sold or released meanwhile stays as it is. */
const expireReservation = async (store: ReservationStore, orderId: OrderId, now: string): Promise<boolean> => {
  const isOverdue = (found: Reservation | undefined): boolean =>
    found?.state === "HELD" && found.expiresAt !== undefined && found.expiresAt < now;
  let moved = false;
  await settle(store, orderId, (found) => {
    moved = isOverdue(found);
    return moved ? "RELEASED" : undefined;
  });
  return moved;
};

export const SHARDS = 4;

/** Releases all that is overdue. One that cannot be released does not stop the others; its error is in the answer. */
export const sweep = async (
  store: ReservationStore,
  now: string,
): Promise<{ readonly released: number; readonly errors: readonly unknown[] }> => {
  let count = 0;
  const errors: unknown[] = [];
  const sweepShard = async (shard: number): Promise<void> => {
    for await (const orderId of store.overdue(shard, now)) {
      try {
        if (await expireReservation(store, orderId, now)) count++;
      } catch (error) {
        errors.push(error);
      }
    }
  };
  const shards = await Promise.allSettled(Array.from({ length: SHARDS }, (_, shard) => sweepShard(shard)));
  for (const shard of shards) if (shard.status === "rejected") errors.push(shard.reason);
  return { released: count, errors };
};

export const viewOf = ({ orderId, state, lines, expiresAt }: Reservation): ReservationView => ({
  orderId,
  state,
  items: lines.map(({ productId, quantity }) => ({ productId, quantity })),
  ...(expiresAt !== undefined && { expiresAt }),
});
