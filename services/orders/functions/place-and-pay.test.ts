// New orders: their prices and stock, one per key, and none that cannot be delivered, also when many want the last few;
// and how they are paid for, or expire.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type HttpResult, signIn, type TestUser } from "@warmstart/testing";
import type { OrderId } from "../src/order-schemas.ts";
import { broken, statesOf } from "../test/invariants.ts";
import { ADDRESS, bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";
import { storeOf } from "../test/put-order.ts";

const full = process.env["WARMSTART_FULL"] === "1";

let s: Store;
let lamp: string;
beforeAll(async () => {
  s = await openStore();
  lamp = await s.product(1000, { name: "Lamp" });
});
// Somebody new for each test: tests move the clock past the end of tokens, and count somebody's orders.
let ann: TestUser;
beforeEach(async () => {
  ann = await s.person();
});
afterAll(() => s.cloud.close());

const idOf = ({ json }: HttpResult): string => (json as { id: string }).id; // the API's schema
const ordersOf = async (who: TestUser): Promise<readonly unknown[]> => {
  const { json } = await s.app.http.get("/v1/orders?limit=100", {
    headers: { authorization: `Bearer ${who.accessToken}` },
  });
  return (json as { data: readonly unknown[] }).data; // the API's schema
};

/** A time so many minutes from now, to the minute. */
const minute = (later: number): string => new Date(s.cloud.clock.now() + later * 60_000).toISOString().slice(0, 16);

test("an order is confirmed at the prices of products, and its stock is reserved", async () => {
  const chair = await s.product(5, { name: "Chair", price: { amount: 4999, currency: "EUR" } });
  const placed = await s.place(ann, orderOf([line(chair, 2)], { note: "ring twice" }));
  expect(placed).toBeHttp(201, {
    id: expect.stringMatching(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/),
    userId: ann.id,
    status: "CONFIRMED",
    items: [{ productId: chair, name: "Chair", quantity: 2, lineTotal: { amount: 9998, currency: "EUR" } }],
    total: { amount: 9998, currency: "EUR" },
    note: "ring twice",
    payBy: expect.stringContaining(minute(15)),
    version: 2,
  });
  expect(placed.headers).toMatchObject({ etag: '"v2"', location: `/v1/orders/${idOf(placed)}` });
  expect(await s.stockOf(chair)).toEqual({ available: 3, reserved: 2, onHand: 5 });
});

describe("one order per key", () => {
  const AT_ONCE = full ? 50 : 20;

  test(`of ${AT_ONCE} requests at once one makes the order; the others get its bytes, or are asked to wait`, async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => s.place(ann, orderOf([line(lamp)]), key)));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(answer).toBeProblem(409, "idempotency-in-progress");
    const replay = await s.place(ann, orderOf([line(lamp)]), key);
    expect([replay.status, replay.text, replay.headers["idempotency-replayed"]]).toEqual([201, made[0]?.text, "true"]);
    expect(await ordersOf(ann)).toHaveLength(1);
  });

  test("the same key with another order is refused", async () => {
    const key = newKey();
    await s.place(ann, orderOf([line(lamp)]), key);
    expect(await s.place(ann, orderOf([line(lamp, 2)]), key)).toBeProblem(422, "idempotency-key-reused");
    expect(await s.app.http.post("/v1/orders", { headers: { authorization: `Bearer ${ann.accessToken}` }, body: orderOf([line(lamp)]) })).toBeProblem(400, "idempotency-key-missing"); // prettier-ignore
  });

  // A key is kept for a day; the order that it made is kept for ever.
  test("a key that is used again after a day meets its order as it is now, and another order is refused", async () => {
    const key = newKey();
    const first = await s.place(ann, orderOf([line(lamp)]), key);
    await s.cloud.clock.advance("17m");
    await s.rest("25h");
    const later = { ...ann, ...(await signIn(s.cloud, s.users, ann)) };
    const again = await s.place(later, orderOf([line(lamp)]), key);
    expect(again).toBeHttp(200, { id: (first.json as { id: string }).id, status: "EXPIRED" }); // the API's schema
    expect(again.headers["idempotency-replayed"]).toBeUndefined();
    const next = newKey();
    await s.place(later, orderOf([line(lamp)]), next);
    await s.rest("25h");
    const last = { ...ann, ...(await signIn(s.cloud, s.users, ann)) };
    expect(await s.place(last, orderOf([line(lamp, 2)]), next)).toBeProblem(422, "idempotency-key-reused");
  });
});

describe("what cannot be ordered", () => {
  test("two lines of one product over its stock are refused together, and nothing is taken", async () => {
    const rug = await s.product(3);
    const short = await s.place(ann, orderOf([line(rug, 2), line(rug, 2)]));
    expect(short).toBeProblem(409, "insufficient-stock");
    expect(short.json).toMatchObject({ shortages: [{ productId: rug, available: 3 }] });
    expect(await s.stockOf(rug)).toEqual({ available: 3, reserved: 0, onHand: 3 });
    expect(await s.place(ann, orderOf([line(rug, 1), line(rug, 2)]))).toBeHttp(201, { total: { amount: 5997 } });
  });

  test.each<[string, object]>([
    ["a quantity below zero", { items: [{ productId: "LAMP", quantity: -1 }] }],
    ["none of it", { items: [{ productId: "LAMP", quantity: 0 }] }],
    ["half a lamp", { items: [{ productId: "LAMP", quantity: 0.5 }] }],
    ["a billion", { items: [{ productId: "LAMP", quantity: 1e9 }] }],
    [
      "a price of one's own",
      { items: [{ productId: "LAMP", quantity: 1, unitPrice: { amount: 1, currency: "EUR" } }] },
    ],
    ["a total of one's own", { total: { amount: 1, currency: "EUR" } }],
    ["an owner of one's own", { userId: "somebody" }],
    ["a state of one's own", { status: "PAID" }],
    ["another currency", { currency: "USD" }],
    ["a product that is not there", { items: [line("prd_00000000000000000000000000")] }],
    ["no lines", { items: [] }],
    ["51 lines", { items: Array.from({ length: 51 }, () => ({ productId: "LAMP", quantity: 1 })) }],
    ["no address", { shippingAddress: undefined }],
    ["a line end in the address", { shippingAddress: { ...ADDRESS, city: "Vi\nenna" } }],
  ])("%s is 422, and nothing is written", async (_what, wrong) => {
    const order = JSON.stringify({ ...orderOf([line(lamp)]), ...wrong }).replaceAll("LAMP", lamp);
    expect(await s.place(ann, JSON.parse(order) as object)).toBeProblem(422, "validation-failed");
    expect(await ordersOf(ann)).toEqual([]);
  });

  test("a total that is no longer right is told, and nothing is written", async () => {
    const expectedTotal = { amount: 1, currency: "EUR" };
    const changed = await s.place(ann, orderOf([line(lamp)], { expectedTotal }));
    expect(changed).toBeProblem(409, "price-changed");
    expect(changed.json).toMatchObject({ total: { amount: 1999, currency: "EUR" } });
    expect(await ordersOf(ann)).toEqual([]);
    const right = orderOf([line(lamp)], { expectedTotal: { amount: 1999, currency: "EUR" } });
    expect(await s.place(ann, right)).toBeHttp(201);
  });

  test("a product that is archived can no longer be ordered, and is named", async () => {
    const draft = await s.product(1, { status: "draft" });
    const refused = await s.place(ann, orderOf([line(lamp), line(draft)]));
    expect(refused).toBeProblem(422, "validation-failed");
    expect(refused.json).toMatchObject({ errors: [{ pointer: "#/items/1/productId" }] });
  });
});

describe("limits", () => {
  test("the eleventh order of a minute waits for the next", async () => {
    for (let i = 0; i < 10; i++) expect((await s.place(ann, orderOf([line(lamp)]))).status).toBe(201);
    const key = newKey();
    const refused = await s.place(ann, orderOf([line(lamp)]), key);
    expect(refused).toBeProblem(429, "rate-limited");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    await s.cloud.clock.advance("1m");
    expect(await s.place(ann, orderOf([line(lamp)]), key)).toBeHttp(201);
  });

  test("twenty orders may be open; one that is cancelled makes room", async () => {
    const placed: HttpResult[] = [];
    for (let i = 0; i < 20; i++) {
      if (i === 10) await s.cloud.clock.advance("1m");
      placed.push(await s.place(ann, orderOf([line(lamp)])));
    }
    await s.cloud.clock.advance("1m");
    expect(await s.place(ann, orderOf([line(lamp)]))).toBeProblem(429, "rate-limited");
    expect(await s.act(ann, placed.map(idOf)[0] ?? "", "cancel")).toBeHttp(200, { status: "CANCELLED" });
    expect(await s.place(ann, orderOf([line(lamp)]))).toBeHttp(201);
  });
});

const [PEOPLE, DUPLICATES, STOCK] = full ? [100, 3, 10] : [15, 3, 5];

test(`of ${PEOPLE} people who send their order three times at once, as many get it as there are`, async () => {
  const few = await s.product(STOCK);
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => s.person()));
  const requests = people.flatMap((who) => {
    const key = newKey();
    return Array.from({ length: DUPLICATES }, () => s.place(who, orderOf([line(few)]), key));
  });
  const answers = await Promise.all(requests);
  const codes = answers.map(({ status, json }) => (json as { code?: string }).code ?? status); // a problem's or none
  for (const code of new Set(codes))
    expect([200, 201, 202, 503, "idempotency-in-progress", "insufficient-stock", "dependency-unavailable"]).toContain(
      code,
    );
  await s.cloud.clock.advance("6m");
  expect(await statesOf(s, few)).toEqual({ CONFIRMED: STOCK, REJECTED: PEOPLE - STOCK });
  expect(await s.stockOf(few)).toEqual({ available: 0, reserved: STOCK, onHand: STOCK });
  expect(await broken(s)).toEqual([]);
}, 60_000);

const pay = (id: string, paymentToken: string, key = newKey()) =>
  s.act(ann, id, "pay", { key, body: { paymentToken } });
const stateOf = async (id: string): Promise<unknown> => (await storeOf(s).get(id as OrderId))?.status; // the API's id

describe("paying", () => {
  let staff: TestUser;
  beforeEach(async () => {
    staff = await s.person("staff");
  });

  test("a paid order is shipped and delivered, and its stock is sold", async () => {
    const rug = await s.product(2);
    const { id } = await s.order(ann, rug);
    expect(await pay(id, "tok_ok")).toBeHttp(200, { status: "PAID", version: 4 });
    expect(await s.stockOf(rug)).toEqual({ available: 1, reserved: 0, onHand: 1 });
    expect(await s.act(staff, id, "ship")).toBeHttp(200, { status: "SHIPPED" });
    expect(await s.act(staff, id, "deliver")).toBeHttp(200, { status: "DELIVERED" });
    const { json } = await s.app.http.get(`/v1/orders/${id}/events`, { headers: bearer(ann) });
    expect(json).toMatchObject({
      data: [
        { to: "CONFIRMED" },
        { to: "PAYING" },
        { to: "PAID" },
        { to: "SHIPPED", by: "staff" },
        { to: "DELIVERED" },
      ],
    });
  });

  test("a payment that is declined can be tried again; the same key gets the same answer", async () => {
    const { id } = await s.order(ann, lamp);
    const key = newKey();
    const declined = await pay(id, "tok_declined", key);
    expect(declined).toBeProblem(402, "payment-declined");
    expect((await pay(id, "tok_declined", key)).text).toBe(declined.text);
    expect(await pay(id, "tok_ok")).toBeHttp(200, { status: "PAID" });
  });

  const AT_ONCE = full ? 20 : 12;

  test(`of ${AT_ONCE} payments at once one is made`, async () => {
    const { id } = await s.order(ann, lamp);
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => pay(id, "tok_ok")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  test("a provider that does not answer leaves it PAYING; the recoverer asks again, and charges nothing twice", async () => {
    const { id } = await s.order(ann, lamp);
    const key = newKey();
    const pending = await pay(id, "tok_timeout_then_ok", key);
    expect(pending).toBeHttp(202, { status: "PAYING" });
    await s.cloud.clock.advance("2m");
    expect(await stateOf(id)).toBe("PAID");
    expect((await pay(id, "tok_timeout_then_ok", key)).text).toBe(pending.text);
  });

  test("staff may cancel a paid order: the money goes back and the stock returns; its owner may not", async () => {
    const rug = await s.product(1);
    const { id } = await s.order(ann, rug);
    await pay(id, "tok_ok");
    expect(await s.act(ann, id, "cancel")).toBeProblem(409, "invalid-state");
    expect(await s.act(staff, id, "cancel")).toBeHttp(200, { status: "REFUNDED" });
    expect(await s.stockOf(rug)).toEqual({ available: 1, reserved: 0, onHand: 1 });
  });

  test("an order that is not paid in 15 minutes expires, gives its stock back and can no longer be paid", async () => {
    const rug = await s.product(1);
    const { id } = await s.order(ann, rug);
    await s.cloud.clock.advance("14m");
    expect(await stateOf(id)).toBe("CONFIRMED");
    await s.cloud.clock.advance("2m");
    expect(await stateOf(id)).toBe("EXPIRED");
    expect(await s.stockOf(rug)).toMatchObject({ available: 1, reserved: 0 });
  });

  test("a payment for stock that products gave up meanwhile is refunded, and counted", async () => {
    const { id } = await s.order(ann, lamp);
    const sign = { service: "execute-api" };
    await s.products.http.post(`/internal/reservations/${id}/release`, { sign });
    expect(await pay(id, "tok_ok")).toBeProblem(409, "invalid-state");
    expect(await stateOf(id)).toBe("REFUNDED");
    const lines = await s.cloud.logs("orders-local-payOrder");
    expect(lines.filter(({ message }) => message.includes('"refund_after_release":1'))).toHaveLength(1);
  });

  test("afterwards all sums are right", async () => {
    await s.cloud.clock.advance("2m");
    expect(await broken(s)).toEqual([]);
  });
});
