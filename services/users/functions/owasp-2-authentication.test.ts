// OWASP API 2: only a fresh access token of this pool, for this client, opens a door; all else is 401 before a function runs.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectTokensRefused } from "@warmstart/testing/security";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let admin: TestUser;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.person({ group: "admin" });
});
afterAll(() => users.cloud.close());

test("no hostile token opens a door", async () => {
  const { cloud, app } = users;
  await expectTokensRefused({ app, cloud, users: app, user: admin, path: { id: admin.id } });
});

test("an ID token, which API Gateway takes for a right one, is refused by the function", async () => {
  const answer = await users.as({ accessToken: admin.idToken }, "get", "/v1/users/me");
  expect(answer).toBeProblem(401, "unauthenticated");
  expect(answer.headers["www-authenticate"]).toBe("Bearer");
});

test("after fifteen minutes a token is over", async () => {
  await users.cloud.clock.advance("14m");
  expect((await users.as(admin, "get", "/v1/users/me")).status).toBe(200);
  await users.cloud.clock.advance("1m");
  const late = await users.as(admin, "get", "/v1/users/me");
  expect(late).toBeHttp(401, { message: "Unauthorized" });
});
