// The packed packages in a project outside of the workspace: as plain JavaScript, as TypeScript, with jest, by command.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { root } from "../repository.ts";
import { environmentOf, makeProject, manifestOf } from "./outside-project.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const folder = mkdtempSync(join(tmpdir(), "warmstart-outside-"));
let project = "";

interface Finished {
  readonly status: number | null;
  readonly output: string;
}

const NODE_OPTIONS = "--experimental-vm-modules --disable-warning=ExperimentalWarning";

const start = (program: string, args: readonly string[], cwd = project, settings: NodeJS.ProcessEnv = {}) => {
  const env = { ...environmentOf(project), NODE_OPTIONS, ...settings };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
  /** Resolves when it has written this, and fails when it ends without. */
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      child.stdout.on("data", () => pattern.test(output) && resolve());
      child.on("close", () => reject(new Error(`${program} ended: ${output}`)));
    });
  return { ended, says };
};
const run = (...given: Parameters<typeof start>): Promise<Finished> => start(...given).ended;

beforeAll(async () => {
  project = await makeProject(folder, { install: FULL });
  const { status, output } = await run("sls", ["package", "--stage", "local"], join(project, "hello"));
  if (status !== 0) throw new Error(`sls package failed:\n${output}`);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Otherwise the test of `npm run eject` uses the same tarballs with tsc, jest and by command. */
const inFullRuns = FULL ? describe : describe.skip;

test("a program in plain JavaScript uses all four", async () => {
  const { status, output } = await run("node", ["use.mjs"]);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(JSON.parse(output)).toEqual({
    deployed: { hello: "Ada" },
    object: "from outside",
    created: [201, { name: "Ada" }, "/people/1"],
    refused: [409, "name-taken"],
    tested: 200,
    fired: expect.any(Number),
    roles: ["GreetRole"],
    zip: ["functions/greet.js"],
    functions: ["function", "function", "function"],
  });
}, 60_000);

/** Declaration files of others with errors of their own: an import that is not installed, and a name that is gone. */
const FAULTY = /node_modules\/(?:@middy\/core|@types\/sinon)\//;

inFullRuns("in other ways", () => {
  test.each(["nodenext", "bundler"])(
    "TypeScript's strict mode takes every entry, resolved as %s",
    async (resolution) => {
      const module = resolution === "bundler" ? "preserve" : resolution;
      // Without skipLibCheck the declaration files of the packages are checked too.
      const compilerOptions = { strict: true, noEmit: true, module, moduleResolution: resolution, skipLibCheck: false };
      const file = join(project, `tsconfig.${resolution}.json`);
      writeFileSync(file, JSON.stringify({ compilerOptions, files: ["use.mts"] }));
      const { output } = await run("tsc", ["--singleThreaded", "-p", file]);
      expect(output.split("\n").filter((line) => line !== "" && !FAULTY.test(line))).toEqual([]);
    },
    60_000,
  );

  test("jest runs a service's test with the preset", async () => {
    const { status, output } = await run("jest", [], join(project, "hello"));
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining("3 passed") });
  }, 60_000);

  test("jest without ES modules is told how to have them", async () => {
    const { status, output } = await run("jest", [], join(project, "hello"), { NODE_OPTIONS: "" });
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringContaining("NODE_OPTIONS=--experimental-vm-modules"),
    });
  });

  test("the TypeScript program has every entry of every package", () => {
    const program = readFileSync(join(project, "use.mts"), "utf8");
    const entries = ["cloud", "deploy", "middleware", "testing"].flatMap((name) => {
      const { exports = {} } = manifestOf(join(project, "node_modules/@warmstart", name));
      return Object.keys(exports).map((entry) => `@warmstart/${name}${entry.slice(1)}`);
    });
    const missing = entries.filter((entry) => !program.includes(`"${entry}"`));
    // Read as files, or run as programs of their own.
    expect(missing.filter((entry) => !/\/(?:package\.json|pool)$/.test(entry))).toEqual([]);
  });

  test("the command starts a cloud, tells what is in it, and stops it", async () => {
    const { version } = manifestOf(join(root, "packages/cloud"));
    expect(await run("warmstart", ["--version"])).toEqual({ status: 0, output: `${version}\n` });
    const up = start("warmstart", ["up", "--memory", "--port", "0"]);
    await up.says(/http:\/\/127\.0\.0\.1:\d+/);
    expect(await run("warmstart", ["deploy", "hello"])).toMatchObject({ status: 0 });
    expect(await run("warmstart", ["status"])).toMatchObject({
      status: 0,
      output: expect.stringContaining("hello-local"),
    });
    expect(await run("warmstart", ["down"])).toMatchObject({ status: 0 });
    expect(await up.ended).toMatchObject({ status: 0 });
  }, 60_000);
});
