import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkWhole } from "./check-zip.cjs";

const ROOT = join(import.meta.dirname, "../../..");
const LOCK = join(import.meta.dirname, "lock.cjs");
const SLS = join(ROOT, "node_modules/osls/bin/serverless.js");
const { TURBO_HASH: _turbo, ...others } = process.env;
const ENV = { ...others, SLS_NOTIFICATIONS_MODE: "off" };

let folder = "";
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-lock-"));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A process that takes the lock, says so, and goes on with `then`. */
const start = (then: string, limitMs = 5000): { readonly child: ChildProcess; readonly output: () => string } => {
  const code = `require(${JSON.stringify(LOCK)}).lockService(${JSON.stringify(folder)}, ${limitMs}).then(() => { console.log("taken"); ${then} })`;
  const child = spawn(process.execPath, ["-e", code], { env: ENV });
  children.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { child, output: () => text };
};
/** Says so when a process has printed a text. */
const printed = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes(text)) resolve();
      });
  });
const taken = (child: ChildProcess): Promise<void> => printed(child, "taken");
const STAY = "setInterval(() => {}, 1000)";

test.each([
  ["ends", "", undefined],
  ["fails", "throw new Error('failed')", undefined],
  ["is interrupted", STAY, "SIGINT" as const],
  ["is told to end", STAY, "SIGTERM" as const],
])("a holder that %s gives the lock back", async (_how, then, signal) => {
  const { child } = start(then);
  await taken(child);
  if (signal) child.kill(signal);
  if (child.exitCode === null) await once(child, "exit");
  expect(readdirSync(folder)).toEqual([]);
});

test("a killed holder's lock is taken over by one of those who wait, then by the next", async () => {
  const dead = start(STAY);
  await taken(dead.child);
  const waiting = [start("setTimeout(() => {}, 200)"), start("setTimeout(() => {}, 200)")];
  await Promise.all(waiting.map(({ child }) => printed(child, "Waiting")));
  dead.child.kill("SIGKILL");
  await Promise.all(waiting.map(({ child }) => once(child, "close")));
  for (const { child, output } of waiting) {
    expect(child.exitCode).toBe(0);
    expect(output()).toMatch(`Waiting for process ${dead.child.pid} (`);
  }
  expect(existsSync(join(folder, ".serverless.lock"))).toBe(false);
});

test("waiting ends with the holder's process and what to do", async () => {
  const holder = start(STAY);
  await taken(holder.child);
  const { child, output } = start("", 300);
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect(output()).toMatch(
    new RegExp(`process ${holder.child.pid} .* still packages .* after 0.3 s. If it does not: rm -r`),
  );
});

const FUNCTIONS = ["a", "b", "c"];

const SERVICE = `service: tiny
frameworkVersion: "4"
plugins: [serverless-esbuild, "@warmstart/deploy/plugin"]
provider: { name: aws, runtime: nodejs24.x }
package: { individually: true }
custom: { esbuild: { config: ./esbuild.config.cjs } }
functions:
${FUNCTIONS.map((name) => `  ${name}: { handler: functions/${name}.handler }`).join("\n")}
`;

/** Each takes two seconds of work. That of two who wait one goes after the other is shown above. */
const PACKAGINGS = process.env["WARMSTART_FULL"] === "1" ? [0, 1] : [0];

test("packagings of one service wait for each other and end well, with whole zips", async () => {
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "functions"));
  writeFileSync(join(folder, "serverless.yml"), SERVICE);
  writeFileSync(join(folder, "package.json"), "{}");
  const config = 'module.exports = require("@warmstart/deploy/esbuild").esbuildConfig();';
  writeFileSync(join(folder, "esbuild.config.cjs"), config);
  for (const name of FUNCTIONS) writeFileSync(join(folder, `functions/${name}.ts`), "export const handler = () => 1;");
  const first = start(STAY); // lets them go in the same moment
  await taken(first.child);
  const all = PACKAGINGS.map(() => spawn(process.execPath, [SLS, "package"], { cwd: folder, env: ENV }));
  children.push(...all);
  await Promise.all(all.map((child) => printed(child, "Waiting for process")));
  first.child.kill("SIGKILL");
  await Promise.all(all.map((child) => once(child, "close")));
  expect(all.map(({ exitCode }) => exitCode)).toEqual(PACKAGINGS.map(() => 0));
  for (const name of FUNCTIONS) checkWhole(join(folder, `.serverless/${name}.zip`), `functions/${name}.handler`);
  expect(existsSync(join(folder, ".serverless.lock"))).toBe(false);
}, 30_000);
