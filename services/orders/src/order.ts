// An order: what a person buys at which frozen prices, and the state it is in.
import { notFound } from "@warmstart/middleware";
import { createHash } from "node:crypto";
import type { Metrics, Log } from "@warmstart/middleware";
import type {
  Line,
  ListFilter,
  Money,
  NewOrder,
  OrderEvent,
  OrderId,
  OrderPatch,
  OrderSummary,
  OrderView,
  Shortage,
} from "./order-schemas.ts";
import { checkMove, type Status } from "./moves.ts";
import type { Payments } from "./payments.ts";
import type { Products } from "./products.ts";

export interface Order {
  readonly id: OrderId;
  readonly userId: string;
  readonly status: Status;
  /** Raised by one with each write that anybody can see. */
  readonly version: number;
  readonly items: readonly Line[];
  readonly total: Money;
  readonly shippingAddress: NewOrder["shippingAddress"];
  readonly note?: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Tells a repeated request from another one under the same key. */
  readonly requestHash: string;
  readonly reservedUntil: string;
  readonly payBy?: string | undefined;
  /** When REJECTED. */
  readonly shortages?: readonly Shortage[] | undefined;
  /** The version at PAYING is the attempt; the token is a reference, and is there only while PAYING. */
  readonly payment?: { readonly attempt: number; readonly token?: string } | undefined;
  /** Of the Idempotency-Key that made the last move: a request that died finds its own work. */
  readonly lastKey?: string | undefined;
  /** When the recoverer looks at it; absent when nothing is left to do. */
  readonly dueAt?: string | undefined;
  /** How often it did, since the last move. */
  readonly tries?: number | undefined;
}

/** Who moves an order, and when. */
export interface Actor {
  readonly by: OrderEvent["by"];
  readonly now: number;
  readonly keyHash?: string | undefined;
}

export interface OrderPage {
  readonly orders: readonly OrderSummary[];
  readonly next?: string;
}

/** An order that somebody must look at. */
export interface Due {
  readonly id: OrderId;
  readonly dueAt: string;
  readonly tries: number;
}

export interface OrderStore {
  /** As it is now. */
  get(id: OrderId): Promise<Order | undefined>;
  /** False when there is an order with this id. */
  add(order: Order): Promise<boolean>;
  /** Writes the moved order and its event, if the order is still as it was; else false. */
  move(before: Order, after: Order, event: OrderEvent): Promise<boolean>;
  /** Nothing is left to do for this version of the order. */
  settle(order: Order): Promise<void>;
  amend(
    which: OrderVersion,
    patch: OrderPatch,
    now: number,
  ): Promise<Order | "absent" | "other-version" | "other-state">;
  list(userId: string, page: ListFilter & { readonly limit: number; readonly after?: string }): Promise<OrderPage>;
  events(id: OrderId): Promise<readonly OrderEvent[]>;
  /** How many unfinished orders a person made since then; may lag behind by a moment. */
  countOpen(userId: string, since: string): Promise<number>;
  /** What is due in a shard, most urgent first. */
  due(shard: number, now: string, limit: number): Promise<readonly Due[]>;
  /** Puts the order off, so that no other run looks at it meanwhile; undefined when it was faster, or nothing is due. */
  claim(due: Due, until: string): Promise<Order | undefined>;
}

/** Which order, as the caller knows it: another's is as good as absent. */
export interface OrderVersion {
  readonly id: OrderId;
  readonly userId: string;
  /** Undefined: whichever it has. */
  readonly version: number | undefined;
}

/** What the steps of an order's life work with. */
export interface Shop {
  readonly orders: OrderStore;
  readonly products: Products;
  readonly payments: Payments;
  readonly log: Pick<Log, "info" | "warn">;
  readonly metrics: Pick<Metrics, "add">;
}

export const SHARDS = 4;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 130 bits of SHA-256 over person and key: a repeated request meets its own order, for ever. */
export const orderIdOf = (sub: string, keyHash: string): OrderId => {
  const digest = createHash("sha256").update(`${sub}#${keyHash}`).digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const characters = Array.from({ length: 26 }, (_, i) => CROCKFORD[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]);
  return `ord_${characters.join("")}` as OrderId; // made by its rule
};

export const after = (now: number, seconds: number): string => new Date(now + seconds * 1000).toISOString();

/** What a move sets; `dueAt` is set by each, so that nothing stays due by mistake. */
export type Changes = Pick<Order, "payBy" | "payment" | "dueAt" | "shortages">;

/** Moves the order; undefined when somebody else was faster. Throws 409 for a move that does not exist. */
export const moveOrder = async (
  { orders }: Pick<Shop, "orders">,
  order: Order,
  to: Status,
  { by, now, keyHash, ...changes }: Actor & Changes,
): Promise<Order | undefined> => {
  checkMove(order.status, to);
  const at = new Date(now).toISOString();
  const version = order.version + 1;
  const { payBy, payment, dueAt, shortages } = changes;
  const set = { payBy, payment, dueAt, shortages, tries: undefined, lastKey: keyHash ?? order.lastKey };
  const moved = { ...order, ...set, status: to, version, updatedAt: at };
  return (await orders.move(order, moved, { version, from: order.status, to, by, at })) ? moved : undefined;
};

/** The order as it is now, after another was faster. */
export const reread = async ({ orders }: Pick<Shop, "orders">, { id }: Pick<Order, "id">): Promise<Order> => {
  const order = await orders.get(id);
  if (order === undefined) throw new Error(`The order ${id} is gone; orders are never deleted`);
  return order;
};

export const noSuchOrder = (): Error => notFound("There is no such order");

/** The order if it is the caller's, or the caller may see all; anybody else's is absent. */
export const orderFor = async (
  orders: OrderStore,
  id: OrderId,
  { sub, isStaff }: { readonly sub: string; readonly isStaff: boolean },
): Promise<Order> => {
  const order = await orders.get(id);
  if (order === undefined || (order.userId !== sub && !isStaff)) throw noSuchOrder();
  return order;
};

export const viewOf = (order: Order): OrderView => ({
  id: order.id,
  userId: order.userId,
  status: order.status,
  items: [...order.items],
  total: order.total,
  shippingAddress: order.shippingAddress,
  ...(order.note !== undefined && { note: order.note }),
  ...(order.payBy !== undefined && { payBy: order.payBy }),
  ...(order.shortages !== undefined && { shortages: [...order.shortages] }),
  version: order.version,
  createdAt: order.createdAt,
  updatedAt: order.updatedAt,
});
