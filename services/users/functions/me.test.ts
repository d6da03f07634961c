import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openUsers, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users.cloud.close());

const address = { name: "Ann A.", line1: "1 Main St", city: "Graz", postalCode: "8010", country: "AT" };
/** Edits at once. */
const CROWD = process.env["WARMSTART_FULL"] === "1" ? 100 : 24;
const V1 = { "if-match": '"v1"' };

describe("one's own record", () => {
  test("is there after the sign-up, and is read with one call", async () => {
    const ann = await users.person({ email: "Ann@Example.com" });
    const before = (await users.cloud.requests()).length;
    const answer = await users.as(ann, "get", "/v1/users/me");
    expect(answer).toBeHttp(200);
    expect(answer.json).toEqual({
      id: ann.id,
      email: "ann@example.com",
      marketingOptIn: false,
      addresses: [],
      role: "customer",
      status: "active",
      version: 1,
      createdAt: expect.stringContaining("2026-01-15T12:00:0"),
      updatedAt: expect.stringContaining("2026-01-15T12:00:0"),
    });
    expect(answer.headers["etag"]).toBe('"v1"');
    const asked = (await users.cloud.requests()).slice(before).filter(({ service }) => service !== "execute-api");
    expect(asked.map(({ service, action }) => `${service}:${action}`)).toEqual(["dynamodb:GetItem"]);
    expect((await users.as(ann, "get", "/v1/users/me", { headers: { "if-none-match": '"v1"' } })).status).toBe(304);
  });

  test("is changed by its version, field by field, and null removes", async () => {
    const ann = await users.person();
    const patch = (body: object, headers: Record<string, string> = {}) =>
      users.as(ann, "patch", "/v1/users/me", { body, headers });
    expect(await patch({ name: "Ann" })).toBeProblem(428, "if-match-required");
    expect(await patch({ name: "Ann" }, { "if-match": "v1" })).toBeProblem(400, "invalid-header");
    expect(await patch({ name: "Ann" }, { "if-match": "*" })).toBeProblem(428, "if-match-required");
    expect(await patch({ name: "Ann" }, { "if-match": '"v2"' })).toBeProblem(412, "etag-mismatch");
    await users.cloud.clock.advance("1m");
    const all = { name: "Ann", locale: "de-AT", marketingOptIn: true, addresses: [address] };
    expect(await patch(all, V1)).toBeHttp(200, { ...all, version: 2, updatedAt: expect.stringContaining("T12:01:0") });
    expect(await patch({}, V1)).toBeProblem(412, "etag-mismatch");
    const { json } = await patch({ name: null, locale: null, addresses: [] }, { "if-match": '"v2"' });
    expect(json).toMatchObject({ marketingOptIn: true, addresses: [], version: 3 });
    expect(json).not.toHaveProperty("name");
    expect(json).not.toHaveProperty("locale");
    expect((await users.as(ann, "get", "/v1/users/me")).json).toEqual(json);
  });

  test(`of ${CROWD} edits of one version at once one wins, and none reads`, async () => {
    const ann = await users.person();
    const before = (await users.cloud.requests({ service: "dynamodb" })).length;
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, i) =>
        users.as(ann, "patch", "/v1/users/me", { body: { name: `n${i}` }, headers: V1 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(CROWD - 1);
    const asked = (await users.cloud.requests({ service: "dynamodb" })).slice(before);
    expect(new Set(asked.map(({ action }) => action))).toEqual(new Set(["UpdateItem"]));
    expect(await users.as(ann, "get", "/v1/users/me")).toBeHttp(200, { version: 2 });
  });
});

describe("a deleted user", () => {
  test("is blanked here, gone from the pool, and never healed, whatever their token still says", async () => {
    const ann = await users.person({ email: "gone@example.com" });
    const remove = (headers: Record<string, string>) => users.as(ann, "delete", "/v1/users/me", { headers });
    expect(await remove({})).toBeProblem(428, "if-match-required");
    expect(await remove({ "if-match": '"v9"' })).toBeProblem(412, "etag-mismatch");
    expect((await remove(V1)).status).toBe(204);
    expect(await users.stored(ann.id)).toEqual({
      pk: { S: `U#${ann.id}` },
      sk: { S: "U" },
      id: { S: ann.id },
      status: { S: "deleted" },
      deletedAt: { S: expect.any(String) },
      version: { N: "2" },
    });
    await expect(users.pool("AdminGetUser", { Username: ann.id })).rejects.toThrow("UserNotFoundException");
    expect(await users.as(ann, "get", "/v1/users/me")).toBeProblem(404, "not-found");
    const edit = { body: { name: "Ann" }, headers: { "if-match": '"v2"' } };
    expect(await users.as(ann, "patch", "/v1/users/me", edit)).toBeProblem(404, "not-found");
    const staff = await users.person({ group: "admin" });
    expect(await users.as(staff, "get", `/v1/users/${ann.id}`)).toBeProblem(404, "not-found");
    expect((await users.as(staff, "get", "/v1/users?email=gone@example.com")).json).toMatchObject({ data: [] });
    const role = { body: { role: "staff" } };
    expect(await users.as(staff, "put", `/v1/users/${ann.id}/role`, role)).toBeProblem(404, "not-found");
    await users.cloud.clock.advance("16m");
    expect((await users.as(ann, "get", "/v1/users/me")).status).toBe(401);
  });

  test("may sign up again with the same address, as somebody else", async () => {
    const first = await users.person({ email: "again@example.com" });
    expect((await users.as(first, "delete", "/v1/users/me", { headers: V1 })).status).toBe(204);
    const second = await users.person({ email: "again@example.com" });
    expect(second.id).not.toBe(first.id);
    expect(await users.as(second, "get", "/v1/users/me")).toBeHttp(200, { email: "again@example.com" });
  });

  test("whose removal from the pool failed is removed by the repeated request", async () => {
    const ann = await users.person();
    const match = { service: "cognito-idp", action: "AdminDeleteUser" };
    const effect = { kind: "error", code: "AccessDeniedException", status: 400 } as const;
    await users.cloud.faults.add({ id: "pool", match, effect });
    const remove = () => users.as(ann, "delete", "/v1/users/me", { headers: V1 });
    expect(await remove()).toBeProblem(500, "internal");
    await users.cloud.faults.clear("pool");
    expect((await remove()).status).toBe(204);
    await expect(users.pool("AdminGetUser", { Username: ann.id })).rejects.toThrow("UserNotFoundException");
    expect((await remove()).status).toBe(204);
  });
});
