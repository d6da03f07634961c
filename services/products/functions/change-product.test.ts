import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { aProduct, newOrderId } from "../test/a-product.ts";
import { bearer, newKey, openProducts, type Products } from "../test/open-products.ts";

/** How many ask at once. */
const CROWD = process.env["WARMSTART_FULL"] === "1" ? 100 : 24;

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());

type Headers = Readonly<Record<string, string>>;

const create = (body: object, headers: Headers = {}) =>
  s.app.http.post("/v1/products", { headers: { ...s.staff, ...headers }, body });
const put = (id: string, body: object, etag: string) =>
  s.app.http.put(`/v1/products/${id}`, { headers: { ...s.staff, "if-match": etag }, body });
const patch = (id: string, body: unknown, etag: string, headers: Headers = s.staff) => {
  const merge = { ...headers, "if-match": etag, "content-type": "application/merge-patch+json" };
  return s.app.http.patch(`/v1/products/${id}`, { headers: merge, body: JSON.stringify(body) });
};
const archive = (id: string, etag: string) =>
  s.app.http.delete(`/v1/products/${id}`, { headers: { ...s.staff, "if-match": etag } });
const read = async (id: string) => (await s.app.http.get(`/v1/staff/products/${id}`, { headers: s.staff })).json;

const whole = {
  name: "Cup",
  description: "Of stoneware.\nDishwasher-proof.",
  price: { amount: 0, currency: "JPY" },
  category: "cups",
  images: ["https://images.example/cup.jpg"],
  attributes: { colour: "blue", size: "S" },
  status: "active",
};

describe("a new product", () => {
  test("is a draft at first, with nothing in stock, and staff see it", async () => {
    const answer = await create(aProduct({ sku: "FIRST-1" }));
    expect(answer).toBeHttp(201, { sku: "FIRST-1", status: "draft", images: [], attributes: {}, version: 1 });
    const { id } = answer.json as { id: string };
    expect(answer.headers).toMatchObject({ etag: '"v1"', location: `/v1/products/${id}` });
    expect(await read(id)).toEqual(answer.json);
    expect(await s.stock(id)).toEqual({ available: 0, reserved: 0, onHand: 0 });
    expect(await s.app.http.get(`/v1/products/${id}`)).toBeProblem(404, "not-found");
  });

  test("has a SKU of its own for ever", async () => {
    const first = await create(aProduct({ sku: "TAKEN-1" }));
    expect(await create(aProduct({ sku: "TAKEN-1" }))).toBeProblem(409, "sku-taken");
    await archive((first.json as { id: string }).id, '"v1"');
    expect(await create(aProduct({ sku: "TAKEN-1" }))).toBeProblem(409, "sku-taken");
  });

  test(`is one, of ${CROWD / 2} duplicates of a keyed request at once; the replay is the first answer`, async () => {
    const [key, body] = [newKey(), aProduct({ sku: "ONCE-1" })];
    const answers = await Promise.all(Array.from({ length: CROWD / 2 }, () => create(body, key)));
    const made = answers.filter(({ status }) => status === 201);
    const others = answers.filter(({ status }) => status !== 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const other of others) expect(other).toBeProblem(409, "idempotency-in-progress");
    expect((await create(body, key)).text).toBe(made[0]?.text);
    expect(await create({ ...body, name: "Other" }, key)).toBeProblem(422, "idempotency-key-reused");
  });

  test(`of ${CROWD / 2} at once under one SKU is one`, async () => {
    const answers = await Promise.all(Array.from({ length: CROWD / 2 }, () => create(aProduct({ sku: "RACE-1" }))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![201, 409, 503].includes(status))).toEqual([]);
  });

  test.each([
    ["sku", "ab"],
    ["sku", "lower-case"],
    ["name", ""],
    ["name", "a\u0007b"],
    ["name", "x".repeat(201)],
    ["price", { amount: -1, currency: "EUR" }],
    ["price", { amount: 1.5, currency: "EUR" }],
    ["price", { amount: 1e12, currency: "EUR" }],
    ["price", { amount: 1, currency: "eur" }],
    ["price", { amount: 1, currency: "ABC" }],
    ["price", { amount: 1, currency: "EUR", tax: 1 }],
    ["category", "Mugs"],
    ["images", ["http://images.example/a.jpg"]],
    ["images", ["javascript:alert(1)"]],
    ["attributes", { "": "x" }],
    ["attributes", { size: 1 }],
    ["attributes", Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`a${i}`, "x"]))],
    ["status", "archived"],
    ["id", `prd_${"0".repeat(26)}`],
    ["version", 7],
    ["createdAt", "2026-01-01T00:00:00.000Z"],
    ["stock", 100],
  ])("with %s %j is 422", async (name, value) => {
    const answer = await create(aProduct({ [name]: value }));
    expect(answer).toBeProblem(422, "validation-failed");
    expect((answer.json as { errors: { pointer: string }[] }).errors[0]?.pointer).toContain(`#/${name}`);
  });
});

describe("PUT", () => {
  test("writes all but the SKU, and what is left out is gone", async () => {
    const { id, sku, createdAt } = await s.stocked(0);
    await s.cloud.clock.advance("1s");
    const first = await put(id, whole, '"v1"');
    expect(first).toBeHttp(200, { ...whole, id, sku, version: 2, createdAt });
    expect(first.headers["etag"]).toBe('"v2"');
    const { description: _, images: __, attributes: ___, ...least } = whole;
    const second = await put(id, least, '"v2"');
    expect(second.json).toEqual({
      ...least,
      id,
      sku,
      images: [],
      attributes: {},
      version: 3,
      createdAt,
      updatedAt: expect.any(String),
    });
    expect(await read(id)).toEqual(second.json);
  });

  test("takes no SKU, and nothing less than a product", async () => {
    const { id, sku } = await s.stocked(0);
    expect(await put(id, { ...whole, sku }, '"v1"')).toBeProblem(422, "validation-failed");
    expect(await put(id, { name: "Cup" }, '"v1"')).toBeProblem(422, "validation-failed");
  });
});

const fifteen = (from: number) => Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`a${from + i}`, "x"]));

describe("PATCH", () => {
  test("changes what it names, and null removes", async () => {
    const { id } = await s.stocked(0);
    await put(id, whole, '"v1"');
    expect(await patch(id, { name: "Bowl", description: null }, '"v2"')).toBeHttp(200, { name: "Bowl", version: 3 });
    expect(await patch(id, { price: { amount: 500 } }, '"v3"')).toBeHttp(200, {
      price: { amount: 500, currency: "JPY" },
    });
    const attributes = { colour: null, size: "L", weight: "1 kg" };
    expect(await patch(id, { attributes, images: null }, '"v4"')).toBeHttp(200, { images: [] });
    const { description: _, attributes: __, ...rest } = whole;
    expect(await read(id)).toMatchObject({
      ...rest,
      name: "Bowl",
      price: { amount: 500, currency: "JPY" },
      images: [],
      version: 5,
    });
    expect(await read(id)).toMatchObject({ attributes: { size: "L", weight: "1 kg" } });
    expect(await read(id)).not.toHaveProperty("description");
    expect(await patch(id, { attributes: null }, '"v5"')).toBeHttp(200, { version: 6 });
    expect(await read(id)).toMatchObject({ attributes: {} });
  });

  test("cannot make more than 20 attributes of fewer, nor a currency that is none", async () => {
    const { id } = await s.stocked(0, { attributes: fifteen(0) });
    expect(await patch(id, { attributes: fifteen(10) }, '"v1"')).toBeProblem(422, "validation-failed");
    expect(await patch(id, { price: { currency: "ABC" } }, '"v1"')).toBeProblem(422, "validation-failed");
    expect(await patch(id, { attributes: fifteen(5) }, '"v1"')).toBeHttp(200);
  });

  test(`${CROWD} at once with one tag: one wins, the others read nothing`, async () => {
    const { id } = await s.stocked(0);
    const before = (await s.cloud.requests({ service: "dynamodb" })).length;
    const answers = await Promise.all(Array.from({ length: CROWD }, (_, i) => patch(id, { name: `Mug ${i}` }, '"v1"')));
    const asked = (await s.cloud.requests({ service: "dynamodb" })).slice(before).map(({ action }) => action);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toBeProblem(412, "etag-mismatch");
    }
    expect(asked).toEqual(Array.from({ length: CROWD }, () => "UpdateItem"));
    expect(await read(id)).toMatchObject({ version: 2 });
  });

  test(`${CROWD / 2} prices at once with one tag: one wins, and it is listed at its price`, async () => {
    const { id } = await s.stocked(0, { category: "fifty" });
    const prices = Array.from({ length: CROWD / 2 }, (_, i) => ({ price: { amount: 1000 + i } }));
    const answers = await Promise.all(prices.map((price) => patch(id, price, '"v1"')));
    const winners = answers.filter(({ status }) => status === 200).map(({ json }) => json as { price: object });
    expect(winners).toHaveLength(1);
    const list = await s.app.http.get("/v1/products?category=fifty");
    expect(list.json).toMatchObject({ data: [{ id, price: winners[0]?.price, version: 2 }] });
  });
});

describe("DELETE", () => {
  test("archives: gone for the public, kept for staff, and a new status brings it back", async () => {
    const { id } = await s.stocked(5, { category: "back" });
    expect((await archive(id, '"v1"')).status).toBe(204);
    expect(await s.app.http.get(`/v1/products/${id}`)).toBeProblem(404, "not-found");
    expect(await s.app.http.get("/v1/products?category=back")).toBeHttp(200, { data: [] });
    expect(await read(id)).toMatchObject({ status: "archived", version: 2 });
    expect(await patch(id, { status: "active" }, '"v2"')).toBeHttp(200, { status: "active" });
    expect(await s.app.http.get("/v1/products?category=back")).toBeHttp(200, { data: [{ id }] });
    expect(await s.app.http.get(`/v1/products/${id}`)).toBeHttp(200);
  });

  test("is refused while orders hold units of it", async () => {
    const { id } = await s.stocked(5);
    const expiresAt = new Date(s.cloud.clock.now() + 60_000).toISOString();
    const orderId = newOrderId();
    await s.internal("put", `reservations/${orderId}`, { items: [{ productId: id, quantity: 1 }], expiresAt });
    expect(await archive(id, '"v1"')).toBeProblem(409, "invalid-state");
    await s.internal("post", `reservations/${orderId}/release`);
    expect((await archive(id, '"v1"')).status).toBe(204);
  });
});

test("every change needs the tag of the current version", async () => {
  const { id } = await s.stocked(0);
  const changes = [
    (etag: string) => put(id, whole, etag),
    (etag: string) => patch(id, { name: "x" }, etag),
    (etag: string) => patch(id, { category: "x" }, etag),
    (etag: string) => archive(id, etag),
  ];
  for (const change of changes) {
    expect(await change('"v7"')).toBeProblem(412, "etag-mismatch");
    expect(await change('W/"v1"')).toBeProblem(412, "etag-mismatch");
    expect(await change("v1")).toBeProblem(400, "invalid-header");
    expect(await change("*")).toBeProblem(428, "if-match-required");
  }
  expect(await s.app.http.delete(`/v1/products/${id}`, { headers: s.staff })).toBeProblem(428, "if-match-required");
  expect(await read(id)).toMatchObject({ version: 1 });
  const admin = bearer(await newUser(s.cloud, s.users, { group: "admin" }));
  expect(await patch(id, { name: "Any" }, "*", admin)).toBeHttp(200, { version: 2 });
  expect(await patch(id, { category: "any" }, "*", admin)).toBeHttp(200, { version: 3 });
});

test("what does not exist cannot be changed", async () => {
  const id = `prd_${"0".repeat(26)}`;
  expect(await put(id, whole, '"v1"')).toBeProblem(404, "not-found");
  expect(await patch(id, { name: "x" }, '"v1"')).toBeProblem(404, "not-found");
  expect(await patch(id, { category: "x" }, '"v1"')).toBeProblem(404, "not-found");
  expect(await archive(id, '"v1"')).toBeProblem(404, "not-found");
  expect(await archive("prd_1", '"v1"')).toBeProblem(404, "not-found");
});
