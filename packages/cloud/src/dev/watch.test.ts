import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { watchTree } from "./watch.ts";

let folder: string;
let changes = Promise.withResolvers<void>();
let close: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-watch-"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/a.ts"), "1");
  changes = Promise.withResolvers();
  close = watchTree(folder, () => changes.resolve());
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

/** Resolves with the next change: the kernel tells it, so nothing sleeps; a deaf watch is jest's time-out. */
const changed = async (act: () => void): Promise<void> => {
  changes = Promise.withResolvers();
  act();
  await changes.promise;
};

test("a file saved by rename is seen each time", async () => {
  for (const text of ["2", "3", "4"]) {
    const saved = changed(() => {
      writeFileSync(join(folder, "src/.a.ts.tmp"), text);
      renameSync(join(folder, "src/.a.ts.tmp"), join(folder, "src/a.ts"));
    });
    await expect(saved).resolves.toBeUndefined();
  }
  await expect(changed(() => writeFileSync(join(folder, "src/a.ts"), "5"))).resolves.toBeUndefined();
});

test("a file in a new folder is seen", async () => {
  mkdirSync(join(folder, "functions"));
  // The new folder is found by its own event; until then a write in it may go unseen, so the source beside it is touched too.
  await changed(() => writeFileSync(join(folder, "src/b.ts"), "1"));
  await expect(changed(() => writeFileSync(join(folder, "functions/c.ts"), "1"))).resolves.toBeUndefined();
});

test.each(["page.html", "page.css", "player.page.js"])("a page's %s is seen", async (file) => {
  await expect(changed(() => writeFileSync(join(folder, "src", file), "1"))).resolves.toBeUndefined();
});
