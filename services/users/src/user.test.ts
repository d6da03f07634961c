import { expect, test } from "@jest/globals";
import { aUser, idOf, NOW } from "../test/a-user.ts";
import { memoryPool, memoryUsers } from "../test/memory-users.ts";
import { confirmUser, findMe, findUser, setRole } from "./user.ts";
import type { Role } from "./user-schemas.ts";

const open = () => ({ users: memoryUsers(), pool: memoryPool() });
const member = (role: Role = "customer") => ({ attributes: { email: "Ann@Example.com" }, role, signedIn: true });
const me = { id: idOf(1), role: "customer", now: NOW } as const;

test("a confirmation that Cognito repeats makes one record", async () => {
  const { users } = open();
  await confirmUser(users, idOf(1), { email: "Ann@Example.com" }, NOW);
  await confirmUser(users, idOf(1), { email: "Ann@Example.com", name: "late" }, NOW + 9);
  expect(await findUser(users, idOf(1))).toEqual(aUser({ id: idOf(1) }));
});

test("a record that comes between look and healing stays", async () => {
  const { users, pool } = open();
  pool.members.set(idOf(1), member());
  const find = async () => {
    await users.add(aUser({ name: "first" }));
    return { email: "a@b.c" };
  };
  expect(await findMe(users, { ...pool, find }, me)).toMatchObject({ name: "first", email: "ann@example.com" });
});

test("a user who is deleted between look and healing stays deleted", async () => {
  const { users, pool } = open();
  pool.members.set(idOf(1), member());
  const find = async () => {
    await users.add(aUser({}));
    await users.remove({ id: idOf(1), version: 1 }, "now");
    return { email: "a@b.c" };
  };
  await expect(findMe(users, { ...pool, find }, me)).rejects.toMatchObject({ code: "not-found" });
});

test("somebody without an e-mail address in the pool is a bug, not a user", async () => {
  const { users, pool } = open();
  await expect(findMe(users, { ...pool, find: async () => ({}) }, me)).rejects.toThrow("has no e-mail address");
});

test("a role that meets another change of the record is set once more", async () => {
  const { users, pool } = open();
  await users.add(aUser({}));
  pool.members.set(idOf(1), member());
  let turns = 0;
  const meeting = {
    ...pool,
    setRole: async (...given: Parameters<typeof pool.setRole>) => {
      if (++turns === 1) await users.change({ id: idOf(1), version: 1 }, { name: "Ann" });
      return pool.setRole(...given);
    },
  };
  const user = await setRole(users, meeting, { id: idOf(1), role: "staff", by: "admin", now: NOW });
  expect([turns, user.role, user.name, user.version]).toEqual([2, "staff", "Ann", 3]);
  expect(pool.members.get(idOf(1))).toMatchObject({ role: "staff", signedIn: false });
});

test("a role that always meets other changes is an outage, not an endless loop", async () => {
  const { users, pool } = open();
  await users.add(aUser({}));
  pool.members.set(idOf(1), member());
  const busy = { ...users, change: async () => "other-version" as const };
  await expect(setRole(busy, pool, { id: idOf(1), role: "staff", by: "admin", now: NOW })).rejects.toMatchObject({
    code: "dependency-unavailable",
  });
});
