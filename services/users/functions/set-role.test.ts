import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signIn, type TestUser } from "@warmstart/testing";
import { groupsOf, openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let admin: TestUser;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.person({ group: "admin" });
});
afterAll(() => users.cloud.close());

const set = (id: string, role: string, by = admin) => users.as(by, "put", `/v1/users/${id}/role`, { body: { role } });

describe("an admin", () => {
  test("makes anybody else customer, staff or admin: in the pool, in the record, in the next token", async () => {
    const ann = await users.person();
    let version = 1;
    for (const [role, groups] of [
      ["staff", ["staff"]],
      ["admin", ["admin"]],
      ["customer", []],
      ["customer", []],
    ] as const) {
      // prettier-ignore
      const answer = await set(ann.id, role);
      expect(answer).toBeHttp(200, { id: ann.id, role, version: ++version });
      expect(answer.headers["etag"]).toBe(`"v${version}"`);
      expect(await groupsOf(users, ann.id)).toEqual(groups);
      const now = await signIn(users.cloud, users.app, ann);
      expect((await users.as(now, "get", "/v1/users")).status).toBe(role === "customer" ? 403 : 200);
    }
  });

  test("ends all sign-ins of that user; their old token lives on for 15 minutes at most", async () => {
    const ann = await users.person({ group: "staff" });
    const refresh = async () => {
      const AuthParameters = { USERNAME: ann.email, PASSWORD: ann.password };
      const input = { ClientId: users.app.outputs["ClientId"], AuthFlow: "USER_PASSWORD_AUTH", AuthParameters };
      const { AuthenticationResult } = await users.pool("InitiateAuth", { ...input, UserPoolId: undefined });
      return (AuthenticationResult as { RefreshToken: string }).RefreshToken;
    };
    const REFRESH_TOKEN = await refresh();
    expect(await set(ann.id, "customer")).toBeHttp(200);
    const renew = users.pool("InitiateAuth", {
      UserPoolId: undefined,
      ClientId: users.app.outputs["ClientId"],
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN },
    });
    await expect(renew).rejects.toThrow("NotAuthorizedException");
    expect((await users.as(ann, "get", "/v1/users")).status).toBe(200);
    await users.cloud.clock.advance("15m");
    expect((await users.as(ann, "get", "/v1/users")).status).toBe(401);
    admin = { ...admin, ...(await signIn(users.cloud, users.app, admin)) };
  });

  test("does not change the own role, and not that of nobody", async () => {
    expect(await set(admin.id, "customer")).toBeProblem(409, "invalid-state");
    expect(await groupsOf(users, admin.id)).toEqual(["admin"]);
    expect(await set("00000000-0000-4000-8000-000000000000", "staff")).toBeProblem(404, "not-found");
    expect(await set("x", "staff")).toBeProblem(404, "not-found");
    expect(await set(admin.id, "owner")).toBeProblem(422, "validation-failed");
  });
});

test("admins who set different roles at once: groups and record end the same", async () => {
  const ann = await users.person();
  const others = await Promise.all(Array.from({ length: 3 }, () => users.person({ group: "admin" })));
  const roles = ["staff", "admin", "customer"] as const;
  const answers = await Promise.all(others.map((by, i) => set(ann.id, roles[i] ?? "staff", by)));
  for (const { status } of answers) expect([200, 503]).toContain(status);
  const groups = await groupsOf(users, ann.id);
  const { json } = await users.as(admin, "get", `/v1/users/${ann.id}`);
  expect((json as { role: string }).role).toBe(groups[0] ?? "customer");
  expect(groups.length).toBeLessThan(2);
});
