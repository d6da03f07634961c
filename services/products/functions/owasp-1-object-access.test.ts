// OWASP API 1 (2023): whoever is not staff learns nothing of a draft, and changes nothing.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { expectForeignObjectsHidden } from "@warmstart/testing/security";
import { bearer, openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

test("a customer gets nowhere near a draft on any route", async () => {
  const { id } = await s.stocked(5, { status: "draft" });
  const headers = bearer(await newUser(s.cloud, s.users));
  const read = async () => {
    const product = await s.app.http.get(`/v1/staff/products/${id}`, { headers: s.staff });
    return [product.json, await s.stock(id)];
  };
  const except = ["getImport"]; // tried beside the imports
  const tried = await expectForeignObjectsHidden({ app: s.app, path: { id }, headers, read, except });
  expect(tried.length).toBeGreaterThanOrEqual(6);
  expect(await s.app.http.get(`/v1/products/${id}`, { headers })).toBeProblem(404, "not-found");
});
