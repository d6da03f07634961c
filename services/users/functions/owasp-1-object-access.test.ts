// OWASP API 1: nobody sees or changes what is another's. Every route × every person × every other person's record.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { openUsers, ROUTES, type Users } from "../test/open-users.ts";

let users: Users;
let people: readonly TestUser[];
beforeAll(async () => {
  users = await openUsers();
  people = [await users.person(), await users.person(), await users.person()];
});
afterAll(() => users.cloud.close());

const BODIES: Readonly<Record<string, object>> = { patch: { name: "Mallory" }, put: { role: "admin" } };

test("customer A on every route with the id of B: not one foreign object, nothing changed", async () => {
  let tried = 0;
  for (const a of people) {
    for (const b of people.filter((each) => each !== a)) {
      const before = await users.stored(b.id);
      for (const { method, path } of ROUTES.filter((route) => route.path.includes("{id}"))) {
        const options = { body: BODIES[method], headers: { "if-match": '"v1"' } };
        const answer = await users.as(a, method, path.replace("{id}", b.id), options);
        // A route of admins does not even look; foreign objects elsewhere are 404, so that nobody learns that they exist.
        const [status, code] = path.endsWith("/role")
          ? ([403, "forbidden-role"] as const)
          : ([404, "not-found"] as const);
        expect(answer).toBeProblem(status, code);
        expect(answer.text).not.toContain(b.email);
        tried++;
      }
      expect(await users.stored(b.id)).toEqual(before);
    }
  }
  expect(tried).toBe(12);
});

test("routes without an id are of the caller alone, whatever else the request names", async () => {
  const [a, b] = [people[0] as TestUser, people[1] as TestUser];
  const before = await users.stored(b.id);
  expect(await users.as(a, "get", "/v1/users/me")).toBeHttp(200, { id: a.id });
  const asB = { "x-user-id": b.id, sub: b.id, "if-match": '"v1"' };
  expect(await users.as(a, "patch", "/v1/users/me", { body: { name: "A" }, headers: asB })).toBeHttp(200, { id: a.id });
  expect(await users.as(a, "get", `/v1/users/me?id=${b.id}`)).toBeProblem(400, "invalid-query");
  expect(await users.as(a, "patch", "/v1/users/me", { body: { id: b.id }, headers: asB })).toBeProblem(
    422,
    "validation-failed",
  );
  const gone = await users.as(a, "delete", "/v1/users/me", { headers: { "if-match": '"v2"' }, body: { id: b.id } });
  expect(gone.status).toBe(204);
  expect(await users.stored(b.id)).toEqual(before);
  expect(await users.as(b, "get", "/v1/users/me")).toBeHttp(200, { id: b.id });
});

test("what staff see of others holds nothing that only the table knows", async () => {
  const staff = await users.person({ group: "staff" });
  const { text } = await users.as(staff, "get", "/v1/users");
  expect(text).not.toMatch(/gsi|"pk"|"sk"|password/);
});
