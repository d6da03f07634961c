// OWASP API 4 (2023): what is too large, too deep or out of bounds is refused, and nothing hostile brings a 5xx.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectBadInputRefused, expectFuzzSurvived } from "@warmstart/testing/security";
import { openProducts, type Products } from "../test/open-products.ts";

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());

test("bad input is a 4xx of its kind on every route", async () => {
  await expectBadInputRefused({ app: s.app, headers: s.staff });
}, 60_000);

test("hostile requests are answered, none with a 5xx, and all sums agree", async () => {
  const { id } = await s.stocked(1000);
  const { cloud, app, staff } = s;
  const { statuses } = await expectFuzzSurvived({ cloud, app, callers: [staff, {}], path: { id } });
  expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
  await s.holds();
}, 600_000);
