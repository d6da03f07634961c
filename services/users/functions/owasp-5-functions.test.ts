// OWASP API 5: what staff and admins may do, nobody below them may.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { expectGroupsKept } from "@warmstart/testing/security";
import { groupsOf, openUsers, type Users } from "../test/open-users.ts";

let users: Users;
let people: Readonly<Record<"customer" | "staff" | "admin", TestUser>>;
let ann: TestUser;
beforeAll(async () => {
  users = await openUsers();
  people = {
    customer: await users.person(),
    staff: await users.person({ group: "staff" }),
    admin: await users.person({ group: "admin" }),
  };
  ann = await users.person();
});
afterAll(() => users.cloud.close());

test("groups keep their routes", () => expectGroupsKept({ app: users.app, people, path: { id: ann.id } }));

test("nobody raises themselves, and staff raise nobody", async () => {
  const body = { role: "admin" };
  for (const who of [people.customer, people.staff]) {
    for (const id of [who.id, ann.id]) {
      expect(await users.as(who, "put", `/v1/users/${id}/role`, { body })).toBeProblem(403, "forbidden-role");
    }
    expect(await groupsOf(users, who.id)).not.toContain("admin");
  }
});
