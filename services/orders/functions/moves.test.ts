// Every state, every move, every role: allowed exactly as src/moves.ts says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { STATUSES, type Status } from "../src/moves.ts";
import { bearer, newKey, openStore, type Store } from "../test/open-store.ts";
import { anOrder, storeOf } from "../test/put-order.ts";

type Role = "owner" | "stranger" | "staff" | "admin";
type Verb = "pay" | "cancel" | "ship" | "deliver" | "amend";

let s: Store;
let roles: Record<Role, TestUser>;
beforeAll(async () => {
  s = await openStore();
  const [owner, stranger, staff, admin] = await Promise.all([
    s.person(),
    s.person(),
    s.person("staff"),
    s.person("admin"),
  ]);
  roles = { owner, stranger, staff, admin };
});
afterAll(() => s.cloud.close());

/** Where each move leads, from where, and for whom. */
const TO: Readonly<Record<Verb, Partial<Record<Status, Status>>>> = {
  pay: { CONFIRMED: "REFUNDED" }, // these orders hold no stock
  cancel: { PENDING: "CANCELLED", CONFIRMED: "CANCELLED" },
  ship: { PAID: "SHIPPED" },
  deliver: { SHIPPED: "DELIVERED" },
  amend: { CONFIRMED: "CONFIRMED" },
};

const isStaff = (role: Role): boolean => role === "staff" || role === "admin";

interface Expected {
  readonly status: number;
  readonly to: Status;
}

const expected = (verb: Verb, from: Status, role: Role): Expected => {
  if ((verb === "ship" || verb === "deliver") && !isStaff(role)) return { status: 403, to: from };
  const ownersOnly = verb === "pay" || verb === "amend";
  if (role !== "owner" && (ownersOnly || role === "stranger")) return { status: 404, to: from };
  if (verb === "cancel" && from === "PAID" && isStaff(role)) return { status: 200, to: "REFUNDED" };
  const to = TO[verb][from];
  if (to === undefined) return { status: 409, to: from };
  return verb === "pay" ? { status: 409, to } : { status: 200, to };
};

const send = (verb: Verb, id: string, who: TestUser) => {
  if (verb === "pay") return s.act(who, id, "pay", { body: { paymentToken: "tok_ok" } });
  if (verb !== "amend") return s.act(who, id, verb);
  const headers = { ...bearer(who), "if-match": '"v1"', "content-type": "application/merge-patch+json" };
  return s.app.http.patch(`/v1/orders/${id}`, { headers, body: { note: "ring twice" } });
};

const full = process.env["WARMSTART_FULL"] === "1";
const ROLES = ["owner", "stranger", "staff", "admin"] as const;

/** Who tries: everybody where a move leads somewhere, elsewhere one after the other; everybody everywhere in full runs. */
const triers = (verb: Verb, from: Status): readonly Role[] => {
  const isMove = ROLES.some(
    (role) => expected(verb, from, role).status === 200 || expected(verb, from, role).to !== from,
  );
  return full || isMove ? ROLES : ROLES.filter((_, i) => i === (STATUSES.indexOf(from) + verb.length) % ROLES.length);
};

const cases = (["pay", "cancel", "ship", "deliver", "amend"] as const).flatMap((verb) =>
  STATUSES.map((from) => [verb, from] as const),
);

test.each(cases)("%s from %s is allowed to whom the table says", async (verb, from) => {
  const store = storeOf(s);
  for (const role of triers(verb, from)) {
    const order = anOrder(roles.owner.id, from);
    await store.add(order);
    const want = expected(verb, from, role);
    const { status } = await send(verb, order.id, roles[role]);
    const found = await store.get(order.id);
    expect([role, status, found?.status]).toEqual([role, want.status, want.to]);
    const events = await store.events(order.id);
    // An amendment is no move: it raises the version without an event.
    const moves = (found?.version ?? 1) - 1 - (verb === "amend" && status === 200 ? 1 : 0);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: moves }, (_, i) => i + 2));
    expect(events.at(-1)?.to ?? from).toBe(want.to);
  }
});

test("nobody without a token gets to an order", async () => {
  const order = anOrder(roles.owner.id, "CONFIRMED");
  await storeOf(s).add(order);
  for (const path of ["", "/events"]) expect((await s.app.http.get(`/v1/orders/${order.id}${path}`)).status).toBe(401);
  for (const verb of ["pay", "cancel", "ship", "deliver"])
    expect((await s.app.http.post(`/v1/orders/${order.id}/${verb}`)).status).toBe(401);
  const headers = { authorization: `Bearer ${roles.owner.idToken}`, "idempotency-key": newKey() };
  expect((await s.app.http.get(`/v1/orders/${order.id}`, { headers })).status).toBe(401);
});
