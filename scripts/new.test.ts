// `npm run new`: what it makes is green, and what it refuses or cannot finish leaves nothing behind.
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"; // prettier-ignore
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { run } from "./command.ts";
import { makeService } from "./new/make-service.ts";
import { KINDS, type Kind, wantedOf } from "./new/refusal.ts";
import { root } from "./repository.ts";

const LISTS = ["tsconfig.json", "package-lock.json", "README.md"];
const COPIED = [...LISTS, "package.json", "tsconfig.base.json", ".prettierrc.json", ".prettierignore", ".oxlintrc.json", "templates", "scripts"]; // prettier-ignore
const LIMIT_MS = 120_000;
const isFull = process.env["WARMSTART_FULL"] === "1";

/** This repository without its services; what is installed and built is that of the real one. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "warmstart-new-"));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of ["node_modules", "packages"]) symlinkSync(join(root, name), join(copy, name));
  for (const name of ["services/taken", "events/known"]) mkdirSync(join(copy, name), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const listed = (): readonly string[] => [
  ...LISTS.map((name) => readFileSync(join(copy, name), "utf8")),
  ...globSync("{services,events}/*", { cwd: copy }),
];

/** Throws what the tool printed, unless it ends with 0. */
const expectGreen = async (program: string, args: readonly string[], cwd = copy): Promise<void> => {
  const env = { NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning" };
  const { status, output } = await run(program, args, { cwd, env, limitMs: LIMIT_MS });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${output}`);
};

describe("a new service", () => {
  // A package, its tests and its types are ten seconds, so the short run takes one kind.
  const kinds: readonly Kind[] = isFull ? KINDS : ["queue"];

  test.each(kinds)(
    "from %s is packaged and tested, and in full runs typed, linted and formatted",
    async (kind) => {
      const name = `from-${kind}`;
      const folder = join("services", name);
      await makeService(copy, wantedOf(copy, name, kind));
      expect(globSync(`{services,events}/${name}/**/*new-service*`, { cwd: copy })).toEqual([]);
      await expectGreen("sls", ["package", "--stage", "local"], join(copy, folder));
      await expectGreen("jest", [], join(copy, folder));
      if (!isFull) return; // the templates themselves are typed, linted and formatted like everything here
      await Promise.all([
        // No declarations: their paths would lead through the links of this copy.
        expectGreen("tsc", ["-p", folder, "--composite", "false", "--incremental"]),
        expectGreen("oxlint", ["--type-aware", "--quiet", folder]),
        expectGreen("prettier", ["--check", folder, "README.md", "tsconfig.json"]),
      ]);
    },
    LIMIT_MS,
  );

  test("stands in the references, in npm's lock and in the table of services, where npm and Prettier would put it", async () => {
    const name = "a-list"; // before all others
    await makeService(copy, wantedOf(copy, name, "http"));
    const { references } = JSON.parse(readFileSync(join(copy, "tsconfig.json"), "utf8")) as {
      references: { path: string }[];
    }; // TypeScript's format
    const paths = references.map(({ path }) => path).filter((path) => path.startsWith("services/"));
    expect(paths).toContain(`services/${name}`);
    expect(paths).toEqual(paths.toSorted());
    const { packages } = JSON.parse(readFileSync(join(copy, "package-lock.json"), "utf8")) as {
      packages: Record<string, object>;
    }; // npm's format
    expect(packages[`node_modules/@warmstart/${name}`]).toEqual({ resolved: `services/${name}`, link: true });
    expect(packages[`services/${name}`]).toMatchObject({ name: `@warmstart/${name}`, version: "0.1.0" });
    expect(readFileSync(join(copy, "README.md"), "utf8")).toContain(`| [${name}](services/${name}) `);
  });
});

describe("refused", () => {
  test.each([
    [undefined, "http", "Give the new service a name"],
    ["notes", undefined, "--from http|queue|schedule|object"],
    ["notes", "topic", "There is no topic: --from http|queue|schedule|object"],
    ["taken", "http", "services/taken is there already; take another name"],
    ["known", "http", "events/known is there already; take another name"],
    ["cloud", "http", "cloud is the name of a package"],
  ])("%s --from %s", (name, from, why) => {
    expect(() => wantedOf(copy, name, from)).toThrow(why);
  });

  test.each([
    [["notes", "--form", "http"], "--form"],
    [["notes", "more", "--from", "http"], "One service at a time"],
  ])("%j ends with 2 and the usage, and leaves nothing behind", async (args, why) => {
    const before = listed();
    const { status, output } = await run(process.execPath, [join(copy, "scripts/new.ts"), ...args]);
    expect({ status, output }).toEqual({ status: 2, output: expect.stringContaining(why) });
    expect(output).toContain("npm run new -- <name>");
    expect(listed()).toEqual(before);
  });

  test.each(["Notes", "my_notes", "1st", "-a", "a-", "a--b", "", "../a", "a b", "a".repeat(25)])(
    "the name %j",
    (name) => {
      expect(() => wantedOf(copy, name, "http")).toThrow(/is no name for a service|24 is the most/);
    },
  );

  test("the longest name leaves room for IAM's 64 characters in a role's", () => {
    const name = "a".repeat(24);
    expect(wantedOf(copy, name, "object")).toEqual({ name, kind: "object" });
    expect(`${name}-staging-recordChecksum-ap-southeast-1`.length).toBeLessThanOrEqual(64);
    expect(`warmstart-${name}-staging-uploads`.length).toBeLessThanOrEqual(63);
  });
});

test("what cannot be finished is taken back", async () => {
  const before = listed();
  const tsconfig = readFileSync(join(copy, "tsconfig.json"), "utf8");
  writeFileSync(join(copy, "tsconfig.json"), "{}\n");
  const broken = listed();
  await expect(makeService(copy, { name: "unfinished", kind: "schedule" })).rejects.toThrow("tsconfig.json");
  expect(listed()).toEqual(broken);
  writeFileSync(join(copy, "tsconfig.json"), tsconfig);
  expect(listed()).toEqual(before);
});
