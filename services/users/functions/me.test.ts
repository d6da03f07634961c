import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { bearer, openUsers, type Users } from "../test/open-users.ts";

let users: Users;

beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users.cloud.close());

test("whoever has signed up sees their own record", async () => {
  const ann = await users.person({ email: "Ann@example.com" });
  const answer = await users.app.http.get("/v1/users/me", { headers: bearer(ann) });
  expect(answer).toBeHttp(200, {
    id: ann.id,
    email: "ann@example.com",
    marketingOptIn: false,
    addresses: [],
    role: "customer",
    status: "active",
    version: 1,
  });
});
