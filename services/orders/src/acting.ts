// Who calls a route, which order they may act on, and the answer that shows it.
import { etagMismatch, etagOf, expectedVersion, ok, type Reply, type SignedInCaller } from "@warmstart/middleware";
import * as v from "valibot";
import type { OrderId } from "./order-schemas.ts";
import { type Actor, type Order, orderFor, type OrderStore, viewOf } from "./order.ts";

export interface Person {
  readonly sub: string;
  readonly isStaff: boolean;
}

export const personOf = (caller: SignedInCaller): Person => ({
  sub: caller.sub,
  isStaff: caller.kind === "jwt" && (caller.groups.includes("staff") || caller.groups.includes("admin")),
});

/** Checked before the Idempotency-Key is: a malformed tag is nothing to keep an answer for. */
export const MayMatch = v.looseObject({
  "if-match": v.optional(v.pipe(v.string(), v.regex(/^(?:\*|(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")$/))),
});

interface Request {
  readonly path: { readonly id: OrderId };
  readonly caller: SignedInCaller;
  readonly headers: v.InferOutput<typeof MayMatch>;
  readonly idempotencyKeyHash: string | undefined;
}

/** The order that a POST acts on and who acts. An `If-Match` that was sent must name it, unless this request moved it. */
export const acting = async (
  orders: OrderStore,
  { path, caller, headers, idempotencyKeyHash: hash }: Request,
  { verb, person }: { readonly verb: string; readonly person: Person },
): Promise<{ readonly order: Order; readonly actor: Actor }> => {
  const order = await orderFor(orders, path.id, person);
  const keyHash = hash === undefined ? undefined : `${verb}#${hash}`;
  const isMoved = keyHash !== undefined && order.lastKey === keyHash;
  const { "if-match": tag = "*" } = headers;
  const version = tag === "*" ? undefined : expectedVersion({ "if-match": tag }, caller);
  if (version !== undefined && version !== order.version && !isMoved) throw etagMismatch();
  return { order, actor: { by: person.isStaff ? "staff" : "owner", now: Date.now(), keyHash } };
};

export const show = (order: Order, status = 200): Reply => ok(viewOf(order), { status, etag: etagOf(order.version) });
