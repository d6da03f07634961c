import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Fault, newUser } from "@warmstart/testing";
import { newOrderId } from "../test/a-product.ts";
import { bearer, openProducts, type Products } from "../test/open-products.ts";

const [CROWD, AT_ONCE] = process.env["WARMSTART_FULL"] === "1" ? [100, 20] : [15, 12];

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());
afterEach(async () => {
  await s.holds();
});

const inMinutes = (minutes: number): string => new Date(s.cloud.clock.now() + minutes * 60_000).toISOString();

const reserve = (orderId: string, items: readonly object[], expiresAt = inMinutes(30)) =>
  s.internal("put", `reservations/${orderId}`, { items, expiresAt });
const commit = (orderId: string) => s.internal("post", `reservations/${orderId}/commit`);
const release = (orderId: string) => s.internal("post", `reservations/${orderId}/release`);

const of = (productId: string, quantity: number) => ({ productId, quantity });

describe("a quote", () => {
  test("names and prices each product once", async () => {
    const { id } = await s.stocked(0, { name: "Teapot" });
    const answer = await s.internal("post", "quotes", { items: [of(id, 1), of(id, 2)] });
    const unitPrice = { amount: 1999, currency: "EUR" };
    expect([answer.status, answer.json]).toEqual([200, { items: [{ productId: id, name: "Teapot", unitPrice }] }]);
  });

  test("refuses what is unknown, a draft or archived, each by its place", async () => {
    const [good, old] = [await s.stocked(1), await s.stocked(0)];
    const draft = await s.stocked(0, { status: "draft" });
    const headers = { ...s.staff, "if-match": '"v1"' };
    expect((await s.app.http.delete(`/v1/products/${old.id}`, { headers })).status).toBe(204);
    const unknown = `prd_${"0".repeat(26)}`;
    const items = [good.id, draft.id, old.id, unknown].map((id) => of(id, 1));
    const answer = await s.internal("post", "quotes", { items });
    expect(answer).toBeProblem(422, "validation-failed");
    const errors = ["#/items/1/productId", "#/items/2/productId", "#/items/3/productId"];
    expect(answer.json).toMatchObject({ errors: errors.map((pointer) => ({ pointer, code: "not-for-sale" })) });
  });
});

describe("a reservation", () => {
  test("holds units, sells them, and gives them back on a refund", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    expect(await reserve(orderId, [of(id, 4)])).toBeHttp(201, { orderId, state: "HELD", items: [of(id, 4)] });
    expect(await s.stock(id)).toEqual({ available: 6, reserved: 4, onHand: 10 });
    expect(await commit(orderId)).toBeHttp(200, { state: "COMMITTED" });
    expect(await s.stock(id)).toEqual({ available: 6, reserved: 0, onHand: 6 });
    expect(await release(orderId)).toBeHttp(200, { state: "RELEASED" });
    expect(await s.stock(id)).toEqual({ available: 10, reserved: 0, onHand: 10 });
  });

  test("asked for again with the same content is the same, in whatever order, and takes nothing more", async () => {
    const [a, b] = [await s.stocked(10), await s.stocked(10)];
    const orderId = newOrderId();
    const first = await reserve(orderId, [of(a.id, 1), of(b.id, 2), of(a.id, 3)]);
    const again = await reserve(orderId, [of(b.id, 2), of(a.id, 4)]);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json).toEqual(first.json);
    expect(await s.stock(a.id)).toMatchObject({ available: 6, reserved: 4 });
    expect(await commit(orderId)).toBeHttp(200);
    expect(await reserve(orderId, [of(b.id, 2), of(a.id, 4)])).toBeHttp(200, { state: "COMMITTED" });
  });

  test("with other content is refused", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    await reserve(orderId, [of(id, 1)]);
    expect(await reserve(orderId, [of(id, 2)])).toBeProblem(422, "validation-failed");
    expect(await s.stock(id)).toMatchObject({ available: 9, reserved: 1 });
  });

  test("two lines of one product cannot oversell it, and nothing is taken", async () => {
    const [scarce, plenty] = [await s.stocked(5), await s.stocked(50)];
    const answer = await reserve(newOrderId(), [of(plenty.id, 1), of(scarce.id, 3), of(scarce.id, 3)]);
    expect(answer).toBeProblem(409, "insufficient-stock");
    expect(answer.json).toMatchObject({ shortages: [{ productId: scarce.id, available: 5 }] });
    expect(await s.stock(plenty.id)).toMatchObject({ available: 50, reserved: 0 });
  });

  test("names every shortage, also of a product that does not exist", async () => {
    const { id } = await s.stocked(1);
    const unknown = `prd_${"Z".repeat(26)}`;
    const answer = await reserve(newOrderId(), [of(id, 2), of(unknown, 1)]);
    const shortages = [
      { productId: id, available: 1 },
      { productId: unknown, available: 0 },
    ];
    expect(answer).toBeProblem(409, "insufficient-stock");
    expect((answer.json as { shortages: object[] }).shortages).toEqual(expect.arrayContaining(shortages));
  });

  test.each([0, -1, 1.5, 1000, 1e9, "1", null])("of %p units is 422, and nothing is written", async (quantity) => {
    const { id } = await s.stocked(10);
    expect(await reserve(newOrderId(), [{ productId: id, quantity }])).toBeProblem(422, "validation-failed");
    expect(await s.stock(id)).toMatchObject({ available: 10, reserved: 0 });
  });

  test("takes 50 lines, and a price or a 51st line is refused", async () => {
    const { id } = await s.stocked(60);
    const lines = Array.from({ length: 51 }, () => of(id, 1));
    expect(await reserve(newOrderId(), lines)).toBeProblem(422, "validation-failed");
    const priced = [{ ...of(id, 1), unitPrice: { amount: 1, currency: "EUR" } }];
    expect(await reserve(newOrderId(), priced)).toBeProblem(422, "validation-failed");
    expect(await reserve(newOrderId(), lines.slice(1))).toBeHttp(201, { items: [of(id, 50)] });
    expect(await reserve(newOrderId(), [of(id, 1)], "2026-13-45T99:00:00Z")).toBeProblem(422, "validation-failed");
  });

  test("sold or released twice moves its units once", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    await reserve(orderId, [of(id, 3)]);
    expect([(await commit(orderId)).status, (await commit(orderId)).status]).toEqual([200, 200]);
    expect(await s.stock(id)).toMatchObject({ available: 7, reserved: 0 });
    expect([(await release(orderId)).status, (await release(orderId)).status]).toEqual([200, 200]);
    expect(await s.stock(id)).toMatchObject({ available: 10, reserved: 0 });
  });

  test("that was released can be neither sold nor asked for again", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    await reserve(orderId, [of(id, 3)]);
    await release(orderId);
    expect(await commit(orderId)).toBeProblem(409, "invalid-state");
    expect(await reserve(orderId, [of(id, 3)])).toBeProblem(409, "invalid-state");
  });

  test("that comes after its release takes nothing", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    expect(await release(orderId)).toBeHttp(200, { state: "RELEASED", items: [] });
    expect(await reserve(orderId, [of(id, 3)])).toBeProblem(409, "invalid-state");
    expect(await release(orderId)).toBeHttp(200);
    expect(await s.stock(id)).toMatchObject({ available: 10, reserved: 0 });
  });

  test("of nobody cannot be sold", async () => {
    expect(await commit(newOrderId())).toBeProblem(404, "not-found");
  });

  test(`${2 * CROWD} at once on a stock of ${CROWD} sell exactly ${CROWD}, and nobody gets a 500`, async () => {
    const { id } = await s.stocked(CROWD);
    const answers = await Promise.all(Array.from({ length: 2 * CROWD }, () => reserveUntilAnswered(id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(CROWD);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(CROWD);
    expect(await s.stock(id)).toEqual({ available: 0, reserved: CROWD, onHand: CROWD });
  }, 60_000);

  test("duplicates at once are one reservation", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => reserve(orderId, [of(id, 10)])));
    const statuses = answers.map(({ status }) => status).filter((status) => status !== 503);
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(1);
    expect(new Set(statuses)).toEqual(new Set([200, 201]));
    expect(await s.stock(id)).toMatchObject({ available: 0, reserved: 10 });
  });

  test("commits and releases at once leave one outcome", async () => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    await reserve(orderId, [of(id, 4)]);
    const moves = Array.from({ length: AT_ONCE }, (_, i) => (i % 2 ? commit(orderId) : release(orderId)));
    const statuses = (await Promise.all(moves)).map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 409, 503].includes(status))).toEqual([]);
    expect(await release(orderId)).toBeHttp(200, { state: "RELEASED" });
    expect(await s.stock(id)).toEqual({ available: 10, reserved: 0, onHand: 10 });
  });
});

/** As a caller does: a 503 is asked again. */
const reserveUntilAnswered = async (id: string) => {
  const orderId = newOrderId();
  for (;;) {
    const answer = await reserve(orderId, [of(id, 1)]);
    if (answer.status !== 503) return answer;
  }
};
describe("the sweeper", () => {
  test("gives back what is held past its end, and nothing else", async () => {
    const { id } = await s.stocked(100);
    const [short, long, sold] = [newOrderId(), newOrderId(), newOrderId()];
    await reserve(short, [of(id, 1)], inMinutes(5));
    await reserve(long, [of(id, 10)], inMinutes(60));
    await reserve(sold, [of(id, 20)], inMinutes(5));
    await commit(sold);
    await s.cloud.clock.advance("4m");
    await s.cloud.idle();
    expect(await s.stock(id)).toMatchObject({ available: 69, reserved: 11 });
    await s.cloud.clock.advance("3m");
    await s.cloud.idle();
    expect(await s.stock(id)).toMatchObject({ available: 70, reserved: 10 });
    expect(await commit(short)).toBeProblem(409, "invalid-state");
    expect(await release(long)).toBeHttp(200);
    expect(await release(sold)).toBeHttp(200);
  });

  test("goes on when one cannot be released, and tells", async () => {
    // Each of its own product: releases of one product are in each other's way, and may need another minute.
    const ids = (await Promise.all(Array.from({ length: 8 }, () => s.stocked(100)))).map(({ id }) => id);
    for (const id of ids) await reserve(newOrderId(), [of(id, 1)], inMinutes(0.5));
    const held = async () => (await Promise.all(ids.map((id) => s.stock(id)))).filter(({ reserved }) => reserved > 0);
    const match = { service: "dynamodb", action: "TransactWriteItems", function: "products-local-sweep" };
    const effect = { kind: "error", code: "ValidationException", status: 400 } as const;
    const { id: fault } = await s.cloud.faults.add({ match, when: { nth: 1 }, effect });
    await s.cloud.clock.advance("1m");
    await s.cloud.idle();
    await s.cloud.faults.clear(fault);
    expect(await held()).toEqual([{ available: 99, reserved: 1, onHand: 100 }]);
    const lines = (await s.cloud.logs("products-local-sweep")).filter(({ message }) => message.includes("could not"));
    expect(lines.length).toBeGreaterThan(0);
    await s.cloud.clock.advance("1m");
    await s.cloud.idle();
    expect(await held()).toEqual([]);
  });
});

describe("a reserve that dies", () => {
  const reserves = "products-local-reserve";
  const dieAt = (call: number): Fault => ({
    match: { service: "lambda", action: "Invoke", function: reserves },
    when: { nth: 1 },
    effect: { kind: "kill", call },
  });
  const lostAnswer: Fault = { match: { function: reserves }, when: { nth: 1 }, effect: { kind: "lost-answer" } };

  // The calls of all other functions in full runs, beside this file.
  test.each([
    ["before its transaction", [dieAt(1)]],
    ["after it", [dieAt(2), lostAnswer]],
  ] as const)("%s takes its units once, and the sweeper gives them back", async (_when, faults) => {
    const { id } = await s.stocked(10);
    const orderId = newOrderId();
    const expiresAt = inMinutes(0.5);
    for (const fault of faults) await s.cloud.faults.add(fault);
    expect((await reserve(orderId, [of(id, 5)], expiresAt)).status).toBeGreaterThanOrEqual(500);
    expect((await s.cloud.faults.list()).map(({ struck }) => struck)).toEqual(faults.map(() => 1));
    await s.cloud.faults.clear();
    let again = await reserve(orderId, [of(id, 5)], expiresAt);
    while (again.status >= 500) again = await reserve(orderId, [of(id, 5)], expiresAt);
    expect(again.status).toBe(faults.length === 1 ? 201 : 200);
    expect(again.json).toMatchObject({ state: "HELD" });
    expect(await s.stock(id)).toEqual({ available: 5, reserved: 5, onHand: 10 });
    await s.cloud.clock.advance("2m");
    await s.cloud.idle();
    expect(await s.stock(id)).toEqual({ available: 10, reserved: 0, onHand: 10 });
  });
});

describe("internal routes", () => {
  const path = `/internal/reservations/ord_${"0".repeat(26)}/release`;

  test("refuse whoever does not sign, staff too", async () => {
    const admin = bearer(await newUser(s.cloud, s.users, { group: "admin" }));
    for (const headers of [{}, admin]) {
      expect((await s.app.http.post(path, { headers })).status).toBe(403);
      expect((await s.app.http.post("/internal/quotes", { headers, body: { items: [] } })).status).toBe(403);
    }
  });

  test("refuse a role without the right to invoke them", async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = await s.app.env("openApi");
    const keys = {
      accessKeyId: AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
      ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    };
    expect((await s.app.http.post(path, { sign: { service: "execute-api", keys } })).status).toBe(403);
  });
});
