// npm test: packages, type check, lint, format, house rules, every test. Stops at the first step that fails.
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkServices } from "./check-services.ts";
import { run } from "./command.ts";
import { packageServices } from "./package-services.ts";
import { services } from "./repository.ts";

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const args = process.argv.slice(2);
const full = args.includes("--full");
const patterns = args.filter((argument) => argument !== "--full");
const report = join(tmpdir(), `warmstart-jest-${process.pid}.json`);

const jest = async (): Promise<number> => {
  const options = ["--json", `--outputFile=${report}`, "--silent=false", ...patterns];
  const { status } = await run("jest", options, {
    show: true,
    env: {
      NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning",
      ...(full && { WARMSTART_FULL: "1" }),
    },
  });
  return status;
};

const houseRules = async (): Promise<number> => {
  const violations = await checkServices();
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  return violations.length === 0 ? 0 : 1;
};

const command =
  (program: string, ...rest: string[]) =>
  async (): Promise<number> =>
    (await run(program, rest, { show: true })).status;

const steps: readonly (readonly [string, () => Promise<number>])[] = [
  ["build and package", async () => (await packageServices(services(), true)).status],
  ["type check", command("tsc", "-b")],
  ["lint", command("oxlint", "--type-aware", "--quiet")],
  ["format", command("prettier", "--check", "--log-level=warn", ".")],
  ["house rules", houseRules],
  ["tests", jest],
];

const main = async (): Promise<number> => {
  for (const [name, step] of steps) {
    const started = performance.now();
    const status = await step();
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    process.stdout.write(`${status === 0 ? "✔" : "✘"} ${name} (${took})\n`);
    if (status !== 0 && name !== "tests") {
      process.stdout.write("0 passed, 1 failed\n");
      return status;
    }
    if (name === "tests") {
      const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
        readFileSync(report, "utf8"),
      ) as JestReport; // jest's own format
      rmSync(report);
      process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
      return status;
    }
  }
  return 0;
};

process.exitCode = await main();
