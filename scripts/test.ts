// npm test: packages, type check, lint, format, house rules, every test. Stops at the first step that fails.
// npm run test:full adds what is long. `npm test -- <pattern>` runs the tests of some files.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checkServices } from "./check-services.ts";
import { run } from "./command.ts";
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
/** Temporary files of the run, removed at its end whatever a failed or killed test leaves. */
const scratch = mkdtempSync(join(tmpdir(), "warmstart-test-"));
const countsFile = join(scratch, "counts.json");

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const jest = async (): Promise<number> => {
  const env = {
    NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
    WARMSTART_TEST_COUNTS: countsFile,
    TMPDIR: scratch,
    ...(full && { WARMSTART_FULL: "1" }),
  };
  // The tests wait for processes more than they compute: one worker less, as jest takes, leaves the machine idle.
  const { status } = await run("jest", [`--maxWorkers=${availableParallelism()}`, ...patterns], { show: true, env });
  return status;
};

const houseRules = async (): Promise<number> => {
  const violations = await checkServices();
  for (const violation of violations) say(violation);
  return violations.length === 0 ? 0 : 1;
};

const command =
  (program: string, ...rest: string[]) =>
  async (): Promise<number> =>
    (await run(program, rest, { show: true })).status;

const checks: readonly (readonly [string, () => Promise<number>])[] = [
  ["build and package", async () => (await packageServices(services(), true)).status],
  ["type check", command("tsc", "-b")],
  ["lint", command("oxlint", "--type-aware", "--quiet")],
  ["format", command("prettier", "--check", "--cache", "--log-level=warn", ".")],
  ["house rules", houseRules],
];

const timed = async (name: string, step: () => Promise<number>): Promise<number> => {
  const started = performance.now();
  const status = await step();
  say(`${status === 0 ? "✔" : "✘"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status;
};

const readCounts = (): Counts => {
  if (!existsSync(countsFile)) return { passed: 0, failed: 1, slowest: [] };
  return JSON.parse(readFileSync(countsFile, "utf8")) as Counts; // written by scripts/count-reporter.mjs
};

const main = async (): Promise<number> => {
  for (const [name, step] of patterns.length > 0 ? checks.slice(0, 2) : checks) {
    const status = await timed(name, step);
    if (status !== 0) {
      say("0 passed, 1 failed");
      return status;
    }
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
