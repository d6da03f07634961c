// npm test: packages; type check, lint, format and house rules; every test. Stops before the next of these three steps
// when one fails.
// npm run test:full adds what is long. `npm test -- <pattern>` runs the tests of some files.
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checkServices } from "./check-services.ts";
import { type Finished, run } from "./command.ts";
import { packageServices } from "./package-services.ts";
import { root, services } from "./repository.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly slowest: readonly { readonly path: string; readonly seconds: number }[];
}

const args = process.argv.slice(2);
const full = args.includes("--full");
const patterns = args.filter((argument) => argument !== "--full");
const MEMORY = "/dev/shm";
const GIB = 2 ** 30;

/** Whether files can lie in memory, and programs and libraries among them be loaded from there. */
const hasMemory = (): boolean => {
  if (!existsSync(MEMORY) || freemem() < 8 * GIB) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  const mounted = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((line) => line.split(" ")[1] === MEMORY);
  return bavail * bsize >= 4 * GIB && mounted !== undefined && !/\bnoexec\b/.test(mounted);
};

/**
 * Temporary files of the run, removed at its end whatever a failed or killed test leaves. Thousands of small files and
 * databases come and go: in memory, where there is enough of it, that takes a tenth less of the whole time.
 */
const scratch = mkdtempSync(join(hasMemory() ? MEMORY : tmpdir(), "warmstart-test-"));
const countsFile = join(scratch, "counts.json");

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const jest = (): Promise<Finished> => {
  const env = {
    NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
    WARMSTART_TEST_COUNTS: countsFile,
    TMPDIR: scratch,
    // Some fifty runs of `sls` and `warmstart` load the same hundreds of modules.
    NODE_COMPILE_CACHE: join(scratch, "compiled"),
    ...(full && { WARMSTART_FULL: "1" }),
  };
  // The tests wait for processes more than they compute: with a worker per core a fifth of the machine is idle.
  const workers = Math.ceil(availableParallelism() * 1.5);
  return run("jest", [`--maxWorkers=${workers}`, ...patterns], { show: true, env });
};

const houseRules = async (): Promise<Finished> => {
  const violations = await checkServices();
  return { status: violations.length === 0 ? 0 : 1, output: violations.join("\n") };
};

const checks: Readonly<Record<string, () => Promise<Finished>>> = {
  "type check": () => run("tsc", ["-b", "--pretty"]),
  lint: () => run("oxlint", ["--type-aware", "--quiet"]),
  format: () => run("prettier", ["--check", "--cache", "--log-level=warn", "."]),
  "house rules": houseRules,
};

/** Shows what a step printed, if it did not show it itself, and how it ended. */
const timed = async (name: string, step: () => Promise<Finished>): Promise<number> => {
  const started = performance.now();
  const { status, output } = await step();
  if (output !== "") say(output.trimEnd());
  say(`${status === 0 ? "✔" : "✘"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status;
};

/** All at the same time: each keeps what it prints until it ends. */
const check = async (names: readonly string[]): Promise<number> => {
  const chosen = Object.entries(checks).filter(([name]) => names.includes(name));
  const statuses = await Promise.all(chosen.map(([name, step]) => timed(name, step)));
  const failed = chosen.filter((_each, at) => statuses[at] !== 0).map(([name]) => name);
  if (failed.length > 0) say(`Failed: ${failed.join(", ")}`);
  return Math.max(...statuses);
};

const readCounts = (): Counts => {
  if (!existsSync(countsFile)) return { passed: 0, failed: 1, slowest: [] };
  return JSON.parse(readFileSync(countsFile, "utf8")) as Counts; // written by scripts/count-reporter.mjs
};

const main = async (): Promise<number> => {
  const few = patterns.length > 0;
  const packaged = await timed("build and package", () => packageServices(services(), true));
  const checked = packaged === 0 ? await check(few ? ["type check"] : Object.keys(checks)) : packaged;
  if (checked !== 0) {
    say("0 passed, 1 failed");
    return checked;
  }
  const status = await timed("tests", jest);
  const { passed, failed, slowest } = readCounts();
  say(
    `  slowest: ${slowest.map(({ path, seconds }) => `${relative(root, path)} ${seconds.toFixed(1)} s`).join(" · ")}`,
  );
  say(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : status; // jest was seen to end with 0 although tests had failed
};

process.exitCode = await main();
try {
  rmSync(scratch, { recursive: true, force: true });
} catch {
  say(`Left behind (a test was killed): ${scratch}`);
}
