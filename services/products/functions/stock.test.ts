import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { bearer, newKey, openProducts, type Products } from "../test/open-products.ts";

const CROWD = process.env["WARMSTART_FULL"] === "1" ? 200 : 60;

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());
afterEach(async () => {
  await s.holds();
});

const adjust = (id: string, body: object, headers: Readonly<Record<string, string>> = newKey()) =>
  s.app.http.post(`/v1/products/${id}/stock-adjustments`, { headers: { ...s.staff, ...headers }, body });

test("an adjustment changes what is available, and says who did it and why", async () => {
  const { id } = await s.stocked(0);
  expect(await adjust(id, { delta: 12, reason: "delivery" })).toBeHttp(200, {
    productId: id,
    delta: 12,
    reason: "delivery",
    by: expect.any(String),
    at: expect.stringContaining("2026-01-15T12:00:00."),
  });
  expect(await adjust(id, { delta: -2, reason: "broken" })).toBeHttp(200);
  expect(await s.stock(id)).toEqual({ available: 10, reserved: 0, onHand: 10 });
});

test("no more can be taken than is available", async () => {
  const { id } = await s.stocked(3);
  const answer = await adjust(id, { delta: -4, reason: "stolen" });
  expect(answer).toBeProblem(409, "insufficient-stock");
  expect(answer.json).toMatchObject({ shortages: [{ productId: id, available: 3 }] });
  expect(await adjust(id, { delta: -3, reason: "stolen" })).toBeHttp(200);
  expect(await s.stock(id)).toMatchObject({ available: 0 });
});

test("the same key again is the same adjustment, byte by byte", async () => {
  const { id } = await s.stocked(0);
  const key = newKey();
  const first = await adjust(id, { delta: 5, reason: "delivery" }, key);
  const again = await adjust(id, { delta: 5, reason: "delivery" }, key);
  expect([again.status, again.text, again.headers["idempotency-replayed"]]).toEqual([200, first.text, "true"]);
  expect(await adjust(id, { delta: 6, reason: "delivery" }, key)).toBeProblem(422, "idempotency-key-reused");
  expect(await s.stock(id)).toMatchObject({ available: 5 });
});

test("a key is one person's: another's is another adjustment", async () => {
  const { id } = await s.stocked(0);
  const key = newKey();
  const ann = bearer(await newUser(s.cloud, s.users, { group: "staff" }));
  await adjust(id, { delta: 5, reason: "delivery" }, key);
  await adjust(id, { delta: 5, reason: "delivery" }, { ...key, ...ann });
  expect(await s.stock(id)).toMatchObject({ available: 10 });
});

test("a key is needed, and no odd one", async () => {
  const { id } = await s.stocked(0);
  const body = { delta: 5, reason: "delivery" };
  expect(await adjust(id, body, {})).toBeProblem(400, "idempotency-key-missing");
  expect(await adjust(id, body, { "idempotency-key": "short" })).toBeProblem(400, "invalid-header");
  expect(await adjust(id, body, { "idempotency-key": "x".repeat(129) })).toBeProblem(400, "invalid-header");
});

test.each([
  { delta: 0, reason: "x" },
  { delta: 1.5, reason: "x" },
  { delta: 1e10, reason: "x" },
  { delta: "1", reason: "x" },
  { delta: 1, reason: "" },
  { delta: 1, reason: "a\u0000b" },
  { delta: 1 },
  { delta: 1, reason: "x", available: 100 },
])("%j is 422", async (body) => {
  const { id } = await s.stocked(0);
  expect(await adjust(id, body)).toBeProblem(422, "validation-failed");
});

test("what does not exist has no stock", async () => {
  const id = `prd_${"0".repeat(26)}`;
  expect(await s.app.http.get(`/v1/products/${id}/stock`, { headers: s.staff })).toBeProblem(404, "not-found");
  expect(await adjust(id, { delta: 1, reason: "x" })).toBeProblem(404, "not-found");
  expect(await adjust(id, { delta: -1, reason: "x" })).toBeProblem(404, "not-found");
});

test(`${CROWD} adjustments at once add up exactly, whoever is told to try again`, async () => {
  const { id } = await s.stocked(0);
  const adjustUntilAnswered = async (delta: number) => {
    const key = newKey();
    for (;;) {
      const { status } = await adjust(id, { delta, reason: "count" }, key);
      if (status !== 503) return status;
    }
  };
  const deltas = Array.from({ length: CROWD }, (_, i) => i + 1);
  const statuses = await Promise.all(deltas.map(adjustUntilAnswered));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await s.stock(id)).toMatchObject({ available: (CROWD * (CROWD + 1)) / 2, reserved: 0 });
}, 60_000);

test("50 duplicates of one adjustment at once are one", async () => {
  const { id } = await s.stocked(0);
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 50 }, () => adjust(id, { delta: 7, reason: "once" }, key)));
  const texts = answers.filter(({ status }) => status !== 503).map(({ status, text }) => `${status} ${text}`);
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).toMatch(/^200 /);
  expect(await s.stock(id)).toMatchObject({ available: 7 });
});
