// OWASP API 2 (2023): no token, or one that is not of the pool, opens no route.
import { afterAll, beforeAll, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { expectTokensRefused } from "@warmstart/testing/security";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

test("hostile tokens are 401, and a right one opens no internal route", async () => {
  const { cloud, app, users } = s;
  await expectTokensRefused({ cloud, app, users, user: await newUser(cloud, users, { group: "admin" }) });
}, 60_000);
