// OWASP API 3 (2023): what the server alone writes cannot be sent, and what the table alone knows is not shown.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectServerFieldsRefused } from "@warmstart/testing/security";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

test("a field of the server's own is 422 and named, on every route", async () => {
  await expectServerFieldsRefused({ app: s.app, headers: s.staff });
});

test("an answer holds nothing but what is documented", async () => {
  const { id } = await s.stocked(1);
  const KEYS = ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "ttl"];
  for (const path of [`/v1/products/${id}`, `/v1/staff/products/${id}`, "/v1/products", `/v1/products/${id}/stock`]) {
    const { text } = await s.app.http.get(path, { headers: s.staff });
    expect(KEYS.filter((key) => text.includes(`"${key}"`))).toEqual([]);
  }
});
