// OWASP API 4: what a request may cost has limits, and no input breaks a function.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectBadInputRefused, expectFuzzSurvived } from "@warmstart/testing/security";
import { bearer, openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let admin: TestUser;
let ann: TestUser;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.person({ group: "admin" });
  ann = await users.person();
});
afterAll(() => users.cloud.close());

test("bodies, lists, limits and cursors have bounds on every route", () =>
  expectBadInputRefused({ app: users.app, headers: bearer(admin), path: { id: ann.id } }));

const patch = (body: object, version: number) =>
  users.as(ann, "patch", "/v1/users/me", { body, headers: { "if-match": `"v${version}"` } });

test("a record has bounds: ten addresses, a hundred characters, no control characters", async () => {
  const address = { name: "A", line1: "1 St", city: "Graz", postalCode: "8010", country: "AT" };
  const most = { ...address, line1: "x".repeat(100) };
  expect(await patch({ name: "x".repeat(100), addresses: Array.from({ length: 10 }, () => most) }, 1)).toBeHttp(200);
  for (const body of [
    { name: "x".repeat(101) },
    { name: "" },
    { name: "a\u0000b" },
    { name: "a\u0085b" },
    { locale: "German" },
    { addresses: Array.from({ length: 11 }, () => address) },
    { addresses: [{ ...address, country: "Austria" }] },
    { addresses: [{ ...address, extra: 1 }] },
    { addresses: { length: 1 } },
    { marketingOptIn: "true" },
  ])
    expect(await patch(body, 2)).toBeProblem(422, "validation-failed");
});

test("hostile requests are answered with 2xx to 4xx", async () => {
  const { cloud, app } = users;
  const callers = [{}, bearer(admin), bearer(await users.person())] as const;
  const { statuses } = await expectFuzzSurvived({ app, cloud, callers, path: { id: ann.id } });
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["400", "401", "404"]));
}, 300_000);
