// Lists of products, one product, and what adjustments make of its stock.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import type { ProductSummary } from "../src/product-schemas.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { tableOf } from "../src/dynamo-client.ts";
import { createProduct, type ProductStore } from "../src/product.ts";
import { newProductId } from "../src/product-id.ts";
import { aProduct } from "../test/a-product.ts";
import { bearer, newKey, openProducts, type Products } from "../test/open-products.ts";

const full = process.env["WARMSTART_FULL"] === "1";
/** A third of them is for sale. */
const MANY = full ? 1200 : 150;

let s: Products;
let products: ProductStore;
beforeAll(async () => {
  s = await openProducts();
  products = dynamoProducts(tableOf(s.app.resource("ProductsTable")));
});
afterAll(() => s.cloud.close());

/** Past the API, because there are many. */
const add = (given: Readonly<Record<string, unknown>> = {}) => {
  const product = aProduct({ status: "active", ...given });
  return createProduct(products, product, { id: newProductId(), now: s.cloud.clock.now() });
};

interface Page {
  readonly data: readonly ProductSummary[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

const get = (path: string, headers = {}) => s.app.http.get(path, { headers });

const pageAt = async (path: string, headers = {}): Promise<Page> => {
  const answer = await get(path, headers);
  expect(answer).toBeHttp(200);
  return answer.json as Page; // the API's schema
};

/** Follows `next` to the end; `meanwhile` happens after each page. */
const readAll = async (path: string, headers = {}, meanwhile: () => Promise<unknown> = async () => {}) => {
  const found: ProductSummary[] = [];
  for (let cursor = ""; ;) {
    const { data, page } = await pageAt(`${path}${cursor}`, headers);
    found.push(...data);
    if (page.next === null) return found;
    cursor = `&cursor=${page.next}`;
    await meanwhile();
  }
};

const amounts = (list: readonly ProductSummary[]): readonly number[] => list.map(({ price }) => price.amount);

describe("a category", () => {
  const AMOUNTS = [5, 50, 500, 5000, 49, 51, 0, 999_999_999_999, 100, 99, 1000, 50];

  beforeAll(async () => {
    for (const amount of AMOUNTS) await add({ category: "sorted", price: { amount, currency: "EUR" } });
    for (const amount of [1, 70]) await add({ category: "sorted", price: { amount, currency: "JPY" } });
    await add({ category: "sorted", status: "draft" });
  });

  test("is sorted by price, whatever its digits, in the stage's currency", async () => {
    const rising = AMOUNTS.toSorted((a, b) => a - b);
    expect(amounts(await readAll("/v1/products?category=sorted&sort=price&limit=5"))).toEqual(rising);
    expect(amounts(await readAll("/v1/products?category=sorted&limit=4"))).toEqual(rising);
    expect(amounts(await readAll("/v1/products?category=sorted&sort=-price&limit=5"))).toEqual(rising.toReversed());
  });

  test("never mixes currencies", async () => {
    expect(amounts(await readAll("/v1/products?category=sorted&currency=JPY&limit=1"))).toEqual([1, 70]);
    expect(amounts(await readAll("/v1/products?category=sorted&currency=KWD&limit=1"))).toEqual([]);
  });

  test("has bounds, which belong to it", async () => {
    const path = "/v1/products?category=sorted&minPrice=50&maxPrice=500";
    expect(amounts(await readAll(`${path}&limit=2`))).toEqual([50, 50, 51, 99, 100, 500]);
    expect(amounts(await readAll(`${path}&sort=-price&limit=2`))).toEqual([500, 100, 99, 51, 50, 50]);
    expect(amounts(await readAll("/v1/products?category=sorted&minPrice=5000&limit=9"))).toEqual([
      5000, 999_999_999_999,
    ]);
    expect(await get("/v1/products?category=sorted&minPrice=2&maxPrice=1")).toBeProblem(400, "invalid-query");
  });

  test("a page that is just full has no next one", async () => {
    expect((await pageAt("/v1/products?category=sorted&currency=JPY&limit=2")).page).toEqual({ limit: 2, next: null });
  });
});

test.each(["sort=price", "sort=-price", "minPrice=1", "maxPrice=1", "currency=EUR"])(
  "%s without a category is refused by name",
  async (query) => {
    const answer = await get(`/v1/products?${query}`);
    expect(answer).toBeProblem(400, "invalid-query");
    expect((answer.json as { detail: string }).detail).toContain(query.split("=")[0]);
  },
);

test.each([
  "limit=0",
  "limit=101",
  "limit=1&limit=2",
  "offset=3",
  "category=Ä",
  "sort=name&category=a",
  "minPrice=-1&category=a",
])("%s is no query", async (query) => {
  expect(await get(`/v1/products?${query}`)).toBeProblem(400, "invalid-query");
});

test("a cursor belongs to its list, its filter and its reader", async () => {
  await add({ category: "cursors", price: { amount: 1, currency: "EUR" } });
  await add({ category: "cursors", price: { amount: 2, currency: "EUR" } });
  const { page } = await pageAt("/v1/products?category=cursors&limit=1");
  const cursor = `&cursor=${page.next}`;
  expect(await get(`/v1/products?category=cursors${cursor}`)).toBeHttp(200, { data: [{ price: { amount: 2 } }] });
  for (const path of [
    "/v1/products?limit=1",
    "/v1/products?category=other",
    "/v1/products?category=cursors&sort=-price",
  ]) {
    expect(await get(`${path}${cursor}`)).toBeProblem(400, "invalid-cursor");
  }
  expect(await get(`/v1/products?category=cursors&cursor=${page.next?.slice(0, -1)}`)).toBeProblem(
    400,
    "invalid-cursor",
  );
  const own = (await pageAt("/v1/staff/products?limit=1", s.staff)).page.next;
  const other = bearer(await newUser(s.cloud, s.users, { group: "staff" }));
  expect(await get(`/v1/staff/products?cursor=${own}`, other)).toBeProblem(400, "invalid-cursor");
});

test("the public sees what is active, and a page of it may be kept for 30 seconds", async () => {
  const [active, draft] = [await add(), await add({ status: "draft" })];
  const answer = await get("/v1/products?limit=100");
  expect(answer.headers["cache-control"]).toBe("public, max-age=30");
  const ids = (answer.json as Page).data.map(({ id }) => id);
  expect([ids.includes(active.id), ids.includes(draft.id)]).toEqual([true, false]);
  expect(await get(`/v1/products/${draft.id}`)).toBeProblem(404, "not-found");
  expect(await get("/v1/products/prd_1")).toBeProblem(404, "not-found");
});

test("one product has a tag, with which it is not sent again", async () => {
  const { id } = await add({ description: "Käse" });
  const first = await get(`/v1/products/${id}`);
  expect(first).toBeHttp(200, { id, description: "Käse", version: 1 });
  const again = await get(`/v1/products/${id}`, { "if-none-match": first.headers["etag"] });
  expect([again.status, again.text]).toEqual([304, ""]);
});

const meanwhile = () => add({ category: "thousand", price: { amount: 50_000, currency: "EUR" } });

test(`${MANY} products are listed without a gap or a repetition while others are added`, async () => {
  await s.cloud.clock.advance("1s");
  const states = ["draft", "active", "archived"];
  const made = new Set<string>();
  for (let i = 0; i < MANY; i += 50) {
    if (i % 200 === 0) await s.cloud.clock.advance("1s");
    const some = Array.from({ length: 50 }, (_, j) =>
      add({
        category: "thousand",
        status: states[(i + j) % 3],
        price: { amount: (i * 7919 + j * 104_729) % 100_003, currency: "EUR" },
      }),
    );
    for (const { id } of await Promise.all(some)) made.add(id);
  }
  const staff = await readAll("/v1/staff/products?limit=47", s.staff, meanwhile);
  const ofThem = staff.map(({ id }) => id).filter((id) => made.has(id));
  expect([ofThem.length, new Set(ofThem).size]).toEqual([MANY, MANY]);
  const times = staff.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted().toReversed());
  const byPrice = (await readAll("/v1/products?category=thousand&limit=17", {}, meanwhile)).filter(({ id }) =>
    made.has(id),
  );
  expect(byPrice).toHaveLength(MANY / 3);
  expect(amounts(byPrice)).toEqual(amounts(byPrice).toSorted((a, b) => a - b));
}, 60_000);

test("staff see one state or all, and customers see none of it", async () => {
  const drafts = await readAll("/v1/staff/products?limit=100&status=draft", s.staff);
  expect(new Set(drafts.map(({ status }) => status))).toEqual(new Set(["draft"]));
  const bob = bearer(await newUser(s.cloud, s.users));
  expect(await get("/v1/staff/products", bob)).toBeProblem(403, "forbidden-role");
  expect((await get("/v1/staff/products")).status).toBe(401);
});

const adjust = (id: string, body: object, headers: Readonly<Record<string, string>> = newKey()) =>
  s.app.http.post(`/v1/products/${id}/stock-adjustments`, { headers: { ...s.staff, ...headers }, body });

describe("stock", () => {
  afterEach(async () => {
    await s.holds();
  });

  test("an adjustment changes what is available, and says who did it and why", async () => {
    const { id } = await s.stocked(0);
    const began = s.cloud.clock.now();
    const adjusted = await adjust(id, { delta: 12, reason: "delivery" });
    expect(adjusted).toBeHttp(200, {
      productId: id,
      delta: 12,
      reason: "delivery",
      by: expect.any(String),
    });
    const { at } = adjusted.json as { at: string }; // the API's schema
    expect(Math.abs(Date.parse(at) - began)).toBeLessThan(1000);
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

  const CROWD = full ? 200 : 25;

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

  const DUPLICATES = full ? 50 : 20;

  test(`${DUPLICATES} duplicates of one adjustment at once are one`, async () => {
    const { id } = await s.stocked(0);
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: DUPLICATES }, () => adjust(id, { delta: 7, reason: "once" }, key)),
    );
    const texts = answers.filter(({ status }) => status !== 503).map(({ status, text }) => `${status} ${text}`);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/^200 /);
    expect(await s.stock(id)).toMatchObject({ available: 7 });
  });
});
