// What every store of API keys must do; run against the one in memory and the real table.
import { expect, test } from "@jest/globals";
import { contract } from "@warmstart/testing";
import type { ApiKey, ApiKeyStore } from "../src/api-key.ts";

const aKey = (fields: Partial<ApiKey> = {}): ApiKey => ({
  id: "11111111",
  sha256: "hash",
  ownerId: "ann",
  scopes: ["links:read"],
  createdAt: "2026-11-21T05:00:00.000Z",
  ...fields,
});

/** `open` gives a store; tests use owners and ids of their own. */
export const apiKeyStoreContract = contract("API keys", (open: () => ApiKeyStore | Promise<ApiKeyStore>) => {
  test("a key is found as it was added", async () => {
    const keys = await open();
    const key = aKey({ id: "find1111", scopes: ["links:read", "stats:read"] });
    expect(await keys.add(key, 10)).toBe(true);
    expect(await keys.find("find1111")).toEqual(key);
    expect(await keys.find("nothing1")).toBeUndefined();
  });

  test("an owner has no more than asked, and a removed key makes room", async () => {
    const keys = await open();
    const add = (id: string) => keys.add(aKey({ id, ownerId: "most" }), 2);
    expect([await add("most1111"), await add("most2222"), await add("most3333")]).toEqual([true, true, false]);
    expect(await keys.find("most3333")).toBeUndefined();
    expect(await keys.add(aKey({ id: "other111", ownerId: "other" }), 2)).toBe(true);
    expect(await keys.remove("most1111", "most")).toBe(true);
    expect([await add("most4444"), await add("most5555")]).toEqual([true, false]);
  });

  test("a list is of one owner, newest first, without hashes", async () => {
    const keys = await open();
    for (const [id, second] of [
      ["list1111", "01"],
      ["list2222", "02"],
      ["list3333", "03"],
    ])
      await keys.add(aKey({ id: id ?? "", ownerId: "list", createdAt: `2026-11-21T05:00:${second}.000Z` }), 10);
    await keys.add(aKey({ id: "list4444", ownerId: "another" }), 10);
    expect((await keys.list("list")).map(({ id }) => id)).toEqual(["list3333", "list2222", "list1111"]);
    expect(await keys.list("list")).toContainEqual(expect.objectContaining({ scopes: ["links:read"] }));
    expect(await keys.list("nobody")).toEqual([]);
  });

  test("a key is removed by its owner, once, and frees no more than its own room", async () => {
    const keys = await open();
    await keys.add(aKey({ id: "gone1111", ownerId: "gone" }), 1);
    expect(await keys.remove("gone1111", "another")).toBe(false);
    expect(await keys.remove("gone1111", "gone")).toBe(true);
    expect(await keys.remove("gone1111", "gone")).toBe(false);
    expect(await keys.find("gone1111")).toBeUndefined();
    expect(await keys.add(aKey({ id: "gone2222", ownerId: "gone" }), 1)).toBe(true);
    expect(await keys.add(aKey({ id: "gone3333", ownerId: "gone" }), 1)).toBe(false);
  });
});
