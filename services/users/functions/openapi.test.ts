import { afterAll, beforeAll, test } from "@jest/globals";
import { expectOpenApi } from "@warmstart/testing";
import { document } from "../test/openapi.ts";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users.cloud.close());

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(users.app, document));
