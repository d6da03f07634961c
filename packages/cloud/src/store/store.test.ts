import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { openStore } from "./store.ts";

const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-store-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("what was put is there after the store is opened again", () => {
  const folder = temporary();
  const first = openStore({ folder });
  first.table<{ n: number }>("things").put("a", { n: 1 });
  first.close();
  const second = openStore({ folder });
  expect(second.table<{ n: number }>("things").get("a")).toEqual({ n: 1 });
  second.close();
});

test("keys are listed in the order of their UTF-8 bytes, within a prefix, after a key, up to a limit", () => {
  const store = openStore();
  const table = store.table<number>("things");
  // UTF-16 order would put 😀 (U+1F600) before U+FFFD.
  for (const [index, key] of ["b/2", "b/😀", "b/\uFFFD", "a", "b/10", "c"].entries()) table.put(key, index);
  const keys = (range: Parameters<typeof table.list>[0]): string[] => table.list(range).map(([key]) => key);
  expect(keys({ prefix: "b/" })).toEqual(["b/10", "b/2", "b/\uFFFD", "b/😀"]);
  expect(keys({ prefix: "b/", after: "b/10", limit: 1 })).toEqual(["b/2"]);
  store.close();
});

test("a transaction is all or nothing, and nested ones belong to the outer one", () => {
  const store = openStore();
  const table = store.table<number>("things");
  expect(() =>
    store.transaction(() => {
      table.put("a", 1);
      store.transaction(() => table.put("b", 2));
      throw new Error("boom");
    }),
  ).toThrow("boom");
  expect(table.list()).toEqual([]);
  store.close();
});

test("what was read within a transaction that failed is not read again", () => {
  const store = openStore();
  const table = store.table<{ n: number }>("things");
  table.put("a", { n: 1 });
  expect(() =>
    store.transaction(() => {
      table.put("a", { n: 2 });
      expect(table.get("a")).toEqual({ n: 2 });
      throw new Error("boom");
    }),
  ).toThrow("boom");
  expect(table.get("a")).toEqual({ n: 1 });
  table.remove("a");
  expect(table.get("a")).toBeUndefined();
  store.close();
});

test("a document that was read cannot be changed but by putting another", () => {
  const store = openStore();
  const table = store.table<{ list: number[] }>("things");
  const given = { list: [1] };
  table.put("a", given);
  given.list.push(2);
  expect(() => table.get("a")?.list.push(3)).toThrow(TypeError);
  expect(table.get("a")).toEqual({ list: [1] });
  store.close();
});

test("a damaged file is an error that names it, not an empty state", () => {
  const folder = temporary();
  writeFileSync(join(folder, "state.sqlite"), "this is no database, but long enough to be looked at".repeat(50));
  expect(() => openStore({ folder })).toThrow(/state\.sqlite cannot be read/);
});
