// What the roles may do is what the functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, signIn } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users.cloud.close());

test("a user's life, from the sign-up to the deletion, uses every right", async () => {
  const V1 = { "if-match": '"v1"' };
  const ann = await users.person();
  const admin = await users.person({ group: "admin" });
  await users.cloud.faults.add({ id: "none", match: { action: "PutItem" }, effect: { kind: "error", code: "X" } });
  const email = "unlucky@example.com";
  await expect(users.person({ email })).rejects.toThrow("PostConfirmation");
  await users.cloud.faults.clear("none");
  const unlucky = await signIn(users.cloud, users.app, { email, password: ann.password });
  for (const who of [admin, unlucky]) expect((await users.as(who, "get", "/v1/users/me")).status).toBe(200);
  expect((await users.as(ann, "patch", "/v1/users/me", { body: { name: "Ann" }, headers: V1 })).status).toBe(200);
  for (const path of ["", `?email=${email}`, `/${ann.id}`])
    expect((await users.as(admin, "get", `/v1/users${path}`)).status).toBe(200);
  const role = { body: { role: "staff" } };
  expect((await users.as(admin, "put", `/v1/users/${ann.id}/role`, role)).status).toBe(200);
  expect((await users.as(unlucky, "delete", "/v1/users/me", { headers: V1 })).status).toBe(204);
  await expectLeastPrivilege(users.app);
});
