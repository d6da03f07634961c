import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../../..");
const RED = `
import { expect, test } from "@jest/globals";
import { openCloud } from "@warmstart/testing";

test("is red", async () => {
  const cloud = await openCloud();
  await cloud.call("dynamodb", "DynamoDB_20120810.ListTables", {});
  expect(1).toBe(2);
});
test("cannot open what is no instant", async () => {
  await openCloud({ at: "yesterday" });
});
test("is green", () => undefined);
`;

let folder: string;
let output: string;
beforeAll(async () => {
  folder = mkdtempSync(join(import.meta.dirname, "../dist/red-")); // ignored by git, and in reach of the packages
  const preset = JSON.stringify(join(import.meta.dirname, "../jest-preset.cjs"));
  writeFileSync(
    join(folder, "jest.config.cjs"),
    `module.exports = { ...require(${preset}), rootDir: __dirname, testPathIgnorePatterns: [] };`,
  );
  writeFileSync(join(folder, "red.test.ts"), RED);
  const { WARMSTART_POOL: _pool, ...env } = process.env;
  const args = [join(root, "node_modules/jest/bin/jest.js"), "--config", join(folder, "jest.config.cjs"), "-i"];
  const run = { env: { ...env, NODE_OPTIONS: "--experimental-vm-modules" }, cwd: folder, timeout: 25_000 };
  output = await new Promise((resolve) => {
    execFile(process.execPath, args, run, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a failed test shows what happened in its cloud, and what it left open does not keep the run alive", () => {
  expect(output).toContain("Tests:       2 failed, 1 passed, 3 total");
  expect(output).toMatch(/What happened in the cloud at http:\/\/127\.0\.0\.1:\d+:/);
});
