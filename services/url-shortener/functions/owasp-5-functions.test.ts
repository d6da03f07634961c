// OWASP API 5 (2023): only admins disable and enable links.
import { afterAll, beforeAll, test } from "@jest/globals";
import { newUser } from "@warmstart/testing";
import { expectGroupsKept } from "@warmstart/testing/security";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("customers and staff on routes of admins are 403", async () => {
  const { cloud, app, pool } = s;
  const customer = await newUser(cloud, pool);
  const staff = await newUser(cloud, pool, { group: "staff" });
  const admin = await newUser(cloud, pool, { group: "admin" });
  await expectGroupsKept({ app, people: { customer, staff, admin } });
});
