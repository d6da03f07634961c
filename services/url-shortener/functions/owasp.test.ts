// OWASP API Security (2023), what the kit's checks try on every route: 3, 4, 5 and 9. 1 is in foreign-objects.test.ts, 2 in
// hostile-tokens.test.ts.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectOpenApi, newUser } from "@warmstart/testing";
import {
  expectBadInputRefused,
  expectFuzzSurvived,
  expectGroupsKept,
  expectServerFieldsRefused,
} from "@warmstart/testing/security";
import { document } from "../test/openapi.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";
const bodies = { createLink: { url: "https://example.org" } };

let s: Shortener;
/** Of somebody who may use every route. */
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  s = await openShortener();
  headers = { ...(await s.person("admin")), ...(await s.key("ann")) };
});
afterAll(() => s.cloud.close());

test(
  "3: owner, version, state, clicks and keys of the table are refused by name on every route with a body",
  () => expectServerFieldsRefused({ app: s.app, headers }),
  60_000,
);

test(
  "4: bad input is a 4xx of its kind on every route",
  () => expectBadInputRefused({ app: s.app, headers, bodies }),
  60_000,
);

test("4: hostile requests are answered, none with a 5xx", async () => {
  const { code } = await s.create({ url: "https://example.com" });
  const callers = [await s.person(), await s.person("admin"), await s.key("ann"), {}] as const;
  const { cloud, app } = s;
  const fuzz = { cloud, app, callers, path: { code }, bodies, ...(!isFull && { cases: 100 }) };
  const { statuses } = await expectFuzzSurvived(fuzz);
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["200", "201", "302", "400", "401", "404", "422"]));
}, 300_000);

test("5: customers and staff on routes of admins are 403", async () => {
  const { cloud, app, pool } = s;
  const customer = await newUser(cloud, pool);
  const staff = await newUser(cloud, pool, { group: "staff" });
  const admin = await newUser(cloud, pool, { group: "admin" });
  await expectGroupsKept({ app, people: { customer, staff, admin } });
});

test("9: openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(s.app, document));
