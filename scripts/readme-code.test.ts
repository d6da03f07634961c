// The programs in the READMEs: each compiles as a module of its own, and in full runs those of the packages run, each as a
// test file of its own.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { run } from "./command.ts";
import { type Block, blocksOf, readmes } from "./readme.ts";
import { root } from "./repository.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const blocks = readmes()
  .flatMap(blocksOf)
  .filter(({ language }) => language === "ts" || language === "js");
const programs = blocks.filter(({ runs, isLong }) => runs && (FULL || !isLong));

let folder: string;

const nameOf = ({ file, line }: Block): string => `${dirname(file).replaceAll("/", "-")}-line-${line}`;

/** A block of JavaScript is a CommonJS file of its own; what must hold then finds what it exports as `exported`. */
const moduleOf = (block: Block): string => {
  if (block.language === "ts") return [block.before, block.code, block.after].join("\n");
  writeFileSync(join(folder, `${nameOf(block)}.cjs`), block.code);
  const load = `const exported = createRequire(import.meta.url)("./${nameOf(block)}.cjs");`;
  return [`import { createRequire } from "node:module";`, block.before, load, block.after].join("\n");
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-readme-"));
  for (const name of ["node_modules", "services", "events"]) symlinkSync(join(root, name), join(folder, name));
  for (const block of blocks)
    writeFileSync(join(folder, `${nameOf(block)}.test.ts`), `${moduleOf(block)}\nexport {};\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every program in a README compiles", async () => {
  const compilerOptions = { noEmit: true, composite: false, module: "preserve", moduleResolution: "bundler", noUnusedLocals: false }; // prettier-ignore
  const tsconfig = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  expect(programs.length).toBeGreaterThan(0);
  expect(await run("tsc", ["-p", folder])).toEqual({ status: 0, output: "" });
});

test("every program in a package's README runs, or is part of one that does", () => {
  const idle = blocks.filter(({ file, runs }) => file.startsWith("packages/") && !runs);
  expect(idle.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

/** The values that a file of nothing but `export … from` exports; types explain themselves. */
const valuesOf = (file: string): readonly string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, names = ""]) => names.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.split(" as ").at(-1) ?? "");

test.each([
  ["cloud", ["index.ts", "dev/index.ts"]],
  ["middleware", ["index.ts"]],
  ["testing", ["index.ts", "openapi.ts", "security.ts"]],
])("the README of %s names all that it exports", (name, files) => {
  const words = new Set(readFileSync(join(root, "packages", name, "README.md"), "utf8").match(/\w+/g));
  const values = files.flatMap((file) => valuesOf(join("packages", name, "src", file)));
  expect(values.length).toBeGreaterThan(0);
  expect(values.filter((value) => !words.has(value))).toEqual([]);
});

const inFullRuns = FULL ? describe : describe.skip;

inFullRuns("in full runs", () => {
  test("they do what they say", async () => {
    const config = { preset: "@warmstart/testing", rootDir: folder };
    const files = programs.map((block) => `${nameOf(block)}\\.test\\.ts`);
    const { status, output } = await run("jest", ["--config", JSON.stringify(config), ...files], { limitMs: 240_000 });
    expect(status === 0 ? "" : output).toBe("");
  }, 250_000);
});
