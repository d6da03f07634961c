// What npm would publish: the files of each tarball, its package.json, and what publint and attw say of both.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { run } from "../command.ts";
import { packBuilt } from "../pack-packages.ts";
import { root } from "../repository.ts";

const PACKAGES = ["cloud", "deploy", "middleware", "testing"];
/** What the largest may be: whoever installs it waits for it. */
const MOST_BYTES = 700_000;

const folder = mkdtempSync(join(tmpdir(), "warmstart-packed-"));
let tarballs: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  tarballs = await packBuilt(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tarballOf = (name: string): string => tarballs[`@warmstart/${name}`] ?? "";
const filesOf = (name: string): readonly string[] =>
  execFileSync("tar", ["-tzf", tarballOf(name)], { encoding: "utf8" })
    .trim()
    .split("\n");
const contentOf = (name: string, file: string): string =>
  execFileSync("tar", ["-xzOf", tarballOf(name), `package/${file}`], { encoding: "utf8" });

test.each(PACKAGES)("%s holds what its users need and nothing else", (name) => {
  const files = filesOf(name);
  expect(files).toEqual(expect.arrayContaining(["package/package.json", "package/README.md", "package/LICENSE"]));
  const stray = files.filter((file) => /\.test\.|fixture|tsbuildinfo|\.map$|\/(?:bench|test)\/|[^d]\.ts$/.test(file));
  expect(stray).toEqual([]);
  expect(contentOf(name, "LICENSE")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
  expect(readFileSync(tarballOf(name)).length).toBeLessThan(MOST_BYTES);
});

test.each(PACKAGES)("%s says what it is, for whom, and under which licence", (name) => {
  expect(JSON.parse(contentOf(name, "package.json"))).toEqual(
    expect.objectContaining({
      description: expect.any(String),
      keywords: expect.arrayContaining(["aws", "serverless"]),
      license: "MIT",
      author: expect.any(String),
      engines: { node: ">=22.18" },
      publishConfig: { access: "public" },
      type: "module",
    }),
  );
});

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

// No exceptions: esm-only leaves out what `require` of TypeScript 4 and older would see.
inFullRuns("in full runs", () => {
  test.each(PACKAGES)("publint and attw have nothing to say about %s", async (name) => {
    const file = tarballOf(name);
    const [publint, attw] = await Promise.all([
      run("publint", ["run", "--strict", file]),
      run("attw", ["--profile", "esm-only", "--format", "ascii", file]),
    ]);
    expect(publint).toMatchObject({ status: 0, output: expect.stringContaining("All good!") });
    expect(attw).toMatchObject({ status: 0 });
  });
});
