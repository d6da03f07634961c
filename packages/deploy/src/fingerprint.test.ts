import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { packageState, writeFingerprint } from "./fingerprint.cjs";

let folder: string;
const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-fingerprint-"));
  for (const each of [".serverless", "functions", "runtime", "src", "web", "test"]) mkdirSync(join(folder, each));
  write("functions/get-page.ts", "1");
  write("web/index.html", "<p>");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("without a note there is no package that could be trusted", () => {
  expect(packageState(folder)).toBe("missing");
});

test.each([
  "functions/get-page.ts",
  "src/new.json",
  "web/index.html",
  "serverless.yml",
  "locations.json",
  "runtime/package.json",
])("a change of %s makes the package stale", (path) => {
  writeFingerprint(folder);
  expect(packageState(folder)).toBe("fresh");
  write(path, "other");
  expect(packageState(folder)).toBe("stale");
});

test.each(["functions/get-page.test.ts", "test/open.ts", "README.md"])("a change of %s does not", (path) => {
  writeFingerprint(folder);
  write(path, "other");
  expect(packageState(folder)).toBe("fresh");
});
