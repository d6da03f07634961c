// A project that was ejected stands alone: it installs, tests, packages and runs in an empty folder, as its README says.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"; // prettier-ignore
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Finished, run } from "./command.ts";
import { ejectProject } from "./eject/eject-project.ts";
import { type Ejection, isSingle, planEject } from "./eject/plan.ts";
import { root } from "./repository.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";
const MINUTE = 60_000;

let scratch: string;
beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "warmstart-eject-")));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("what was typed", () => {
  test.each([
    ["one argument is not enough", ["url-shortener"], /Say which service and where to/],
    ["there is no such service", ["url-shortner", "x"], /no url-shortner to eject; there is image-resizer, .*store/],
    ["a part of the store is not ejected alone", ["orders", "x"], /npm run eject -- store <folder>/],
    ["capitals are in no name", ["url-shortener", "x", "--name=My-Links"], /lower-case letters/],
    ["two hyphens are in no name", ["url-shortener", "x", "--name=a--b"], /lower-case letters/],
    ["a digit begins no name", ["url-shortener", "x", "--name=1st"], /lower-case letters/],
    ["a long name would not fit into AWS's", ["url-shortener", "x", `--name=${"a".repeat(25)}`], /over 24 characters/],
    ["there is no such option", ["url-shortener", "x", "--nmae", "a"], /'--nmae'/],
    ["this repository is no place for a project", ["url-shortener", join(root, "links")], /inside of this repository/],
  ])("is refused when %s", (_why, args, message) => {
    expect(() => planEject(args, scratch)).toThrow(message);
  });

  test("is refused when something is in the folder, which stays as it is", () => {
    mkdirSync(join(scratch, "full"));
    writeFileSync(join(scratch, "full/notes.txt"), "mine");
    const into = (folder: string) => () => planEject(["url-shortener", folder], scratch);
    expect(into("full")).toThrow(/full is not empty; nothing was written there/);
    expect(into("full/notes.txt")).toThrow("is a file");
    expect(readdirSync(join(scratch, "full"))).toEqual(["notes.txt"]);
  });
});

/** Nothing of this repository on the path, and none of what its own run has set: npm is where a newcomer has it. */
const isInside = (outer: string, path: string): boolean => !relative(outer, path).startsWith("..");

const environment = (port: number): Record<string, string> => {
  const { PATH = "", HOME = "" } = process.env;
  const own = PATH.split(delimiter).filter((folder) => !isInside(root, folder));
  return { PATH: own.join(delimiter), HOME, TMPDIR: tmpdir(), CI: "true", WARMSTART_PORT: `${port}` };
};

const freePort = async (): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
};

interface Project {
  readonly plan: Ejection;
  readonly type: (command: string) => Promise<Finished>;
  readonly env: Record<string, string>;
}

const eject = async (...args: string[]): Promise<Project> => {
  const plan = planEject(args, scratch);
  await ejectProject(plan, () => {});
  const env = environment(await freePort());
  const only = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const type = (command: string) =>
    run("env", ["-i", ...only, "bash", "-euo", "pipefail", "-c", command], { cwd: plan.folder, limitMs: 15 * MINUTE });
  return { plan, type, env };
};

const OWN = new Set(["node_modules", "vendor", ".serverless", "package-lock.json"]);

const textsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (OWN.has(entry.name) || path.includes("/recorded/")) return [];
    return entry.isDirectory() ? textsIn(path) : [path];
  });

/** Lines that lead out of the project, or call it by its old name. */
const leftovers = ({ folder, original, name, services }: Ejection): readonly string[] => {
  const old = isSingle({ services }) ? new RegExp(`services/${original}|events/${original}\\b`) : /@warmstart\/orders/;
  const former = name !== original && isSingle({ services }) ? new RegExp(`\\b${original}\\b`) : old;
  return textsIn(folder).flatMap((path) => {
    const depth = relative(folder, path).split("/").length - 1;
    const outwards = new RegExp(`(?<![\\w.])(?:\\.\\./){${depth + 1}}`);
    const lines = readFileSync(path, "utf8").split("\n");
    const wrong = lines.filter(
      (line) => line.includes(root) || old.test(line) || former.test(line) || outwards.test(line),
    );
    return wrong.map((line) => `${relative(folder, path)}: ${line.slice(0, 200)}`);
  });
};

/** Resolves when `npm start` watches. */
const started = ({ plan, env }: Project): Promise<ChildProcess> => {
  const child = spawn("npm", ["start"], { cwd: plan.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += String(chunk);
      if (/^Watching/m.test(output)) resolve(child);
    });
  child.on("close", (status) => reject(new Error(`npm start ended (${status}):\n${output}`)));
  return promise;
};

/** What its READMEs say to type while it runs. */
const tries = ({ folder, services }: Ejection): readonly string[] => {
  const files = isSingle({ services }) ? ["README.md"] : services.map((service) => `services/${service}/README.md`);
  return files.flatMap((file) => {
    const [, section = ""] = readFileSync(join(folder, file), "utf8").split("## Try");
    const [, code] = /^```sh\n([\s\S]*?)^```$/m.exec(section.split("\n## ")[0] ?? "") ?? [];
    return code === undefined ? [] : [code];
  });
};

const seconds = async (say: string[], what: string, step: () => Promise<unknown>): Promise<void> => {
  const start = performance.now();
  await step();
  say.push(`${what} ${((performance.now() - start) / 1000).toFixed(0)} s`);
};

/** In full runs every project with all its tests, checked by its own tools; else one, with a few of them. */
const PROJECTS: readonly (readonly [string, string, string])[] = isFull
  ? [
      ["image-resizer", "photos", ""],
      ["segy-metadata", "surveys", ""],
      ["text-to-speech", "read-aloud", ""],
      ["url-shortener", "my-links", ""],
      ["weather-scraper", "forecasts", ""],
      ["store", "shop", ""],
    ]
  : [["url-shortener", "my-links", "functions/foreign-objects"]];

test.each(PROJECTS)(
  "%s installs, tests, packages and runs alone as %s",
  async (what, name, tests) => {
    const times: string[] = [];
    let project: Project | undefined;
    await seconds(times, "ejected", async () => (project = await eject(what, name, "--name", name)));
    if (project === undefined) throw new Error("nothing was ejected");
    const { plan, type } = project;
    expect(leftovers(plan)).toEqual([]);
    const passes = async (command: string) => {
      const { status, output } = await type(command);
      if (status !== 0) throw new Error(`${command}: status ${status}\n${output}`);
    };
    // npm's cache has all that this repository's own install has fetched.
    await seconds(times, "install", () => passes("npm install --prefer-offline --no-audit --no-fund"));
    expect(existsSync(resolve(plan.folder, "node_modules/@warmstart/cloud/dist/index.js"))).toBe(true);
    if (isFull) await seconds(times, "lint", () => passes("npm run lint && npx prettier --check ."));
    await seconds(times, "npm test", () => passes(`npm test -- ${tests}`));
    if (isFull) await seconds(times, "package", () => passes("npm run package"));
    await seconds(times, "npm start and what its README says", async () => {
      if (project === undefined) return;
      const running = await started(project);
      const ended = new Promise((resolve) => running.once("close", resolve));
      try {
        for (const block of tries(plan)) await passes(block);
      } finally {
        await type("npx warmstart down");
        await ended;
      }
    });
    if (isFull) process.stderr.write(`${what}: ${times.join(", ")}\n`);
    rmSync(plan.folder, { recursive: true });
  },
  20 * MINUTE,
);
