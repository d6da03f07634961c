// OWASP API 10: the user pool is another's service too. What it answers wrongly, late or not at all makes no wrong record.
import { afterEach, afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn, type TestUser } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let admin: TestUser;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.person({ group: "admin" });
});
afterEach(() => users.cloud.faults.clear());
afterAll(() => users.cloud.close());

const ACTIONS = ["AdminGetUser", "AdminListGroupsForUser"];
let count = 0;

const withoutRecord = async (): Promise<TestUser> => {
  const email = `consumer-${++count}@example.com`;
  await users.cloud.faults.add({ id: "put", match: { action: "PutItem" }, effect: { kind: "error", code: "X" } });
  await expect(users.person({ email })).rejects.toThrow("PostConfirmation");
  await users.cloud.faults.clear("put");
  const tokens = await signIn(users.cloud, users.app, { email, password: admin.password });
  return { ...admin, email, ...tokens };
};

test.each(ACTIONS)("%s failing, cut or refused: 5xx, no record; afterwards all is well", async (action) => {
  const ann = await withoutRecord();
  for (const effect of [
    { kind: "error", code: "InternalErrorException", status: 500 },
    { kind: "error", code: "NotAuthorizedException", status: 400 },
    { kind: "reset" },
  ] as const) {
    await users.cloud.faults.add({ id: "pool", match: { service: "cognito-idp", action }, effect });
    const { status } = await users.as(ann, "get", "/v1/users/me");
    expect([500, 503]).toContain(status);
    await users.cloud.faults.clear("pool");
  }
  const list = await users.as(admin, "get", `/v1/users?email=${ann.email}`);
  expect(list).toBeHttp(200, { data: [] });
  expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { email: ann.email });
});

test("a pool that refuses a change of the role leaves the record as it was", async () => {
  const ann = await users.person();
  const match = { service: "cognito-idp", action: "AdminAddUserToGroup" };
  await users.cloud.faults.add({ match, effect: { kind: "error", code: "InternalErrorException", status: 500 } });
  const answer = await users.as(admin, "put", `/v1/users/${ann.id}/role`, { body: { role: "staff" } });
  expect(answer).toBeProblem(503, "dependency-unavailable");
  expect(await users.stored(ann.id)).toMatchObject({ role: { S: "customer" }, version: { N: "1" } });
});
