// OWASP API 5 (2023): staff's routes are staff's.
import { afterAll, beforeAll, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { expectGroupsKept } from "@warmstart/testing/security";
import { openShop, type Shop } from "../test/open-products.ts";

let s: Shop;
beforeAll(async () => {
  s = await openShop();
});
afterAll(() => s.cloud.close());

test("customers are refused on every route of staff's", async () => {
  const { cloud, users } = s;
  const [customer, staff, admin] = [
    await newUser(cloud, users),
    await newUser(cloud, users, { group: "staff" }),
    await newUser(cloud, users, { group: "admin" }),
  ];
  await expectGroupsKept({ app: s.app, people: { customer, staff, admin } });
});
