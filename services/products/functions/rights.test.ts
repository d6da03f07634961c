// What the roles may do is what the functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege } from "@warmstart/testing";
import { newOrderId } from "../test/a-product.ts";
import { newKey, openProducts, type Products } from "../test/open-products.ts";

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());

/** Those of imports have a test of their own. */
const OF_IMPORTS = /import/i;

test("a product's life, from its draft to its archive, uses every right", async () => {
  const { get, put, patch, delete: remove, post } = s.app.http;
  const body = { sku: "LIFE-1", name: "Mug", price: { amount: 1, currency: "EUR" }, category: "mugs" };
  const made = await post("/v1/products", { headers: { ...s.staff, ...newKey() }, body });
  const { id } = made.json as { id: string };
  const path = `/v1/products/${id}`;
  const { sku: _, ...rest } = body;
  const tag = (version: number) => ({ ...s.staff, "if-match": `"v${version}"` });
  expect(await put(path, { headers: tag(1), body: { ...rest, status: "active" } })).toBeHttp(200);
  const merge = { ...tag(2), "content-type": "application/merge-patch+json" };
  expect(await patch(path, { headers: merge, body: { price: { amount: 2 } } })).toBeHttp(200);
  for (const each of [path, "/v1/products", "/v1/products?category=mugs"]) expect(await get(each)).toBeHttp(200);
  for (const each of [`/v1/staff/products/${id}`, "/v1/staff/products", `${path}/stock`]) {
    expect(await get(each, { headers: s.staff })).toBeHttp(200);
  }
  const delivery = { headers: { ...s.staff, ...newKey() }, body: { delta: 9, reason: "delivery" } };
  expect(await post(`${path}/stock-adjustments`, delivery)).toBeHttp(200);
  const items = [{ productId: id, quantity: 1 }];
  expect(await s.internal("post", "quotes", { items })).toBeHttp(200);
  const [sold, forgotten, unknown] = [newOrderId(), newOrderId(), newOrderId()];
  const expiresAt = new Date(s.cloud.clock.now() + 1000).toISOString();
  for (const orderId of [sold, forgotten]) {
    expect(await s.internal("put", `reservations/${orderId}`, { items, expiresAt })).toBeHttp(201);
  }
  expect(await s.internal("post", `reservations/${sold}/commit`)).toBeHttp(200);
  for (const orderId of [sold, unknown]) {
    expect(await s.internal("post", `reservations/${orderId}/release`)).toBeHttp(200);
  }
  await s.cloud.clock.advance("2m");
  await s.cloud.idle();
  expect((await remove(path, { headers: tag(3) })).status).toBe(204);
  await s.holds();
  const rights = async () => (await s.app.rights()).filter(({ role }) => !OF_IMPORTS.test(role));
  await expectLeastPrivilege({ ...s.app, rights });
});
