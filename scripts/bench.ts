// npm run bench [name…]: every benchmark, as ratios measured in one run; a table on the screen, JSON in bench/results/.
// The benchmark of a package or service is its bench/<its name>.ts, exporting `run(): Promise<BenchTable>`.
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BenchTable } from "@warmstart/testing/bench";
import { buildPackages, packagingErrors } from "./package-services.ts";
import { root } from "./repository.ts";

interface BenchModule {
  readonly run: () => Promise<BenchTable>;
}

const wanted = process.argv.slice(2);

const benches = globSync("{packages,services}/*/bench/*.ts", { cwd: root })
  .filter((path) => path.split("/")[1] === basename(path, ".ts"))
  .filter((path) => wanted.length === 0 || wanted.includes(basename(path, ".ts")))
  .toSorted();

if (benches.length === 0) {
  process.stderr.write(
    `No benchmark is called ${wanted.join(", ")}; each package and service has its own: npm run bench middleware\n`,
  );
  process.exit(2);
}
const built = await buildPackages();
if (built.status !== 0) {
  process.stderr.write(`${packagingErrors(built.output)}\n`);
  process.exit(1);
}
const { formatTable } = await import("@warmstart/testing/bench"); // not before it is built

const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
const results = join(root, "bench/results");

let missed = 0;
for (const path of benches) {
  process.stdout.write(`${path} …\n`);
  const { run } = (await import(pathToFileURL(join(root, path)).href)) as BenchModule; // the convention above
  const table = await run();
  process.stdout.write(`${formatTable(table)}\n`);
  missed += table.rows.filter(({ ok }) => !ok).length;
  mkdirSync(results, { recursive: true });
  const record = { at: new Date().toISOString(), machine, ...table };
  writeFileSync(join(results, `${basename(path, ".ts")}.json`), `${JSON.stringify(record, null, 2)}\n`);
}
process.stdout.write(missed === 0 ? "All targets met.\n" : `${missed} targets missed.\n`);
process.exitCode = missed === 0 ? 0 : 1;
