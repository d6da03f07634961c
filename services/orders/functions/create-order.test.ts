import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { HttpResult, TestUser } from "@warmstart/testing";
import { ADDRESS, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

let s: Store;
let ann: TestUser;
let lamp: string;
beforeAll(async () => {
  s = await openStore();
  ann = await s.person();
  lamp = await s.product(1000, { name: "Lamp" });
});
afterAll(() => s.cloud.close());

const idOf = ({ json }: HttpResult): string => (json as { id: string }).id; // the API's schema
const ordersOf = async (who: TestUser): Promise<readonly unknown[]> => {
  const { json } = await s.app.http.get("/v1/orders?limit=100", {
    headers: { authorization: `Bearer ${who.accessToken}` },
  });
  return (json as { data: readonly unknown[] }).data; // the API's schema
};

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
    payBy: expect.stringMatching(/^2026-01-15T12:15:/),
    version: 2,
  });
  expect(placed.headers).toMatchObject({ etag: '"v2"', location: `/v1/orders/${idOf(placed)}` });
  expect(await s.stockOf(chair)).toEqual({ available: 3, reserved: 2, onHand: 5 });
});

describe("one order per key", () => {
  test("of 50 requests at once one makes the order; the others get its bytes, or are asked to wait", async () => {
    const bob = await s.person();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => s.place(bob, orderOf([line(lamp)]), key)));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(answer).toBeProblem(409, "idempotency-in-progress");
    const replay = await s.place(bob, orderOf([line(lamp)]), key);
    expect([replay.status, replay.text, replay.headers["idempotency-replayed"]]).toEqual([201, made[0]?.text, "true"]);
    expect(await ordersOf(bob)).toHaveLength(1);
  });

  test("the same key with another order is refused", async () => {
    const key = newKey();
    await s.place(ann, orderOf([line(lamp)]), key);
    expect(await s.place(ann, orderOf([line(lamp, 2)]), key)).toBeProblem(422, "idempotency-key-reused");
    expect(await s.app.http.post("/v1/orders", { headers: { authorization: `Bearer ${ann.accessToken}` }, body: orderOf([line(lamp)]) })).toBeProblem(400, "idempotency-key-missing"); // prettier-ignore
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
    const cid = await s.person();
    const order = JSON.stringify({ ...orderOf([line(lamp)]), ...wrong }).replaceAll("LAMP", lamp);
    expect(await s.place(cid, JSON.parse(order) as object)).toBeProblem(422, "validation-failed");
    expect(await ordersOf(cid)).toEqual([]);
  });

  test("a total that is no longer right is told, and nothing is written", async () => {
    const dan = await s.person();
    const expectedTotal = { amount: 1, currency: "EUR" };
    const changed = await s.place(dan, orderOf([line(lamp)], { expectedTotal }));
    expect(changed).toBeProblem(409, "price-changed");
    expect(changed.json).toMatchObject({ total: { amount: 1999, currency: "EUR" } });
    expect(await ordersOf(dan)).toEqual([]);
    const right = orderOf([line(lamp)], { expectedTotal: { amount: 1999, currency: "EUR" } });
    expect(await s.place(dan, right)).toBeHttp(201);
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
    const eve = await s.person();
    for (let i = 0; i < 10; i++) expect((await s.place(eve, orderOf([line(lamp)]))).status).toBe(201);
    const key = newKey();
    const refused = await s.place(eve, orderOf([line(lamp)]), key);
    expect(refused).toBeProblem(429, "rate-limited");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    await s.cloud.clock.advance("1m");
    expect(await s.place(eve, orderOf([line(lamp)]), key)).toBeHttp(201);
  });

  test("twenty orders may be open; one that is cancelled makes room", async () => {
    const fay = await s.person();
    const placed: HttpResult[] = [];
    for (let i = 0; i < 20; i++) {
      if (i === 10) await s.cloud.clock.advance("1m");
      placed.push(await s.place(fay, orderOf([line(lamp)])));
    }
    await s.cloud.clock.advance("1m");
    expect(await s.place(fay, orderOf([line(lamp)]))).toBeProblem(429, "rate-limited");
    expect(await s.act(fay, placed.map(idOf)[0] ?? "", "cancel")).toBeHttp(200, { status: "CANCELLED" });
    expect(await s.place(fay, orderOf([line(lamp)]))).toBeHttp(201);
  });
});
