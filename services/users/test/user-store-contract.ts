// What every store of users must do; run against the one in memory and the real table.
import { expect, test } from "@jest/globals";
import { contract } from "@warmstart/testing";
import type { UserStore } from "../src/user-store.ts";
import { aUser, idOf, NOW } from "./a-user.ts";

/** `open` gives a store; tests use ids and months of their own. */
export const userStoreContract = contract("users", (open: () => UserStore | Promise<UserStore>) => {
  test("a user is found as they were added, once", async () => {
    const users = await open();
    const address = { name: "A", line1: "1 St", city: "Graz", postalCode: "8010", country: "AT" };
    const user = aUser({ id: idOf(1), name: "Ann", locale: "de", addresses: [address], email: "one@example.com" });
    expect(await users.add(user)).toBe(true);
    expect(await users.add({ ...user, name: "Other" })).toBe(false);
    expect(await users.get(user.id)).toEqual(user);
    expect(await users.get(idOf(999))).toBeUndefined();
    expect(await users.findByEmail("ONE@example.com")).toEqual([user]);
    expect(await users.findByEmail("two@example.com")).toEqual([]);
  });

  test("a change holds for one version; null removes, undefined leaves", async () => {
    const users = await open();
    const user = aUser({ id: idOf(2), name: "Ann", locale: "de" });
    await users.add(user);
    const { name: _name, ...rest } = user;
    const changed = { ...rest, marketingOptIn: true, version: 2 };
    const changes = { name: null, locale: undefined, marketingOptIn: true };
    expect(await users.change({ id: user.id, version: 1 }, changes)).toEqual(changed);
    expect(await users.change({ id: user.id, version: 1 }, {})).toBe("other-version");
    expect(await users.change({ id: idOf(998), version: 1 }, {})).toBe("absent");
    expect(await users.get(user.id)).toEqual(changed);
    expect(await users.change({ id: user.id, version: undefined }, {})).toMatchObject({ version: 3 });
  });

  test("of a deleted user nothing is left but that, and nobody is made in their place", async () => {
    const users = await open();
    const user = aUser({ id: idOf(3), email: "gone@example.com", name: "Ann" });
    await users.add(user);
    const which = { id: user.id, version: 1 };
    const deletedAt = "2026-01-16T00:00:00.000Z";
    expect(await users.remove({ ...which, version: 7 }, deletedAt)).toBe("other-version");
    expect(await users.remove(which, deletedAt)).toBe("removed");
    expect(await users.remove(which, "2026-02-01T00:00:00.000Z")).toBe("removed");
    expect(await users.get(user.id)).toEqual({ id: user.id, status: "deleted", deletedAt, version: 2 });
    expect(await users.add(user)).toBe(false);
    expect(await users.change({ id: user.id, version: 2 }, { name: "Ann" })).toBe("absent");
    expect(await users.findByEmail("gone@example.com")).toEqual([]);
    expect(await users.remove({ id: idOf(997), version: 1 }, deletedAt)).toBe("absent");
  });

  test("a list goes from the newest to the oldest over months, also of users of one instant", async () => {
    const users = await open();
    const times = ["2027-03-31T23:59:59.999Z", "2027-04-01T00:00:00.000Z", "2027-04-01T00:00:00.000Z", "2027-12-24T00:00:00.000Z"]; // prettier-ignore
    for (const [i, createdAt] of times.entries()) await users.add(aUser({ id: idOf(10 + i), createdAt }));
    const now = NOW + 730 * 86_400_000;
    const found: string[] = [];
    for (let after: { after?: string } | undefined = {}; after !== undefined;) {
      const { users: page, next } = await users.list({ limit: 1, now, ...after });
      found.push(...page.map(({ id }) => id));
      after = next === undefined ? undefined : { after: next };
    }
    expect(found.slice(0, 4)).toEqual([idOf(13), idOf(12), idOf(11), idOf(10)]);
    expect(found).not.toContain(idOf(3));
    expect(new Set(found).size).toBe(found.length);
  });
});
