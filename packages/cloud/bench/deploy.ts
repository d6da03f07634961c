// `sls deploy --stage local` beside `sls package` of the same service, in one run; the cloud keeps its state in a folder, as
// that of `npm start` does.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchRow } from "@warmstart/testing/bench";
import { BENCH_PORT, startCloudProcess } from "./cloud-process.ts";
import { median } from "./load.ts";

const ROUNDS = 5;
const ROOT = join(import.meta.dirname, "../../..");
const SERVICE = join(ROOT, "services/url-shortener");
/** It is deployed alone, without the service users. */
const ALONE = ["--param", "jwtIssuer=https://users.example", "--param", "jwtAudience=nobody"];

const sls = (...args: string[]): number => {
  const { HTTP_PROXY: _a, HTTPS_PROXY: _b, http_proxy: _c, https_proxy: _d, ...env } = process.env;
  const started = performance.now();
  execFileSync(join(ROOT, "node_modules/.bin/sls"), [...args, "--stage", "local", ...ALONE], {
    cwd: SERVICE,
    env: { ...env, WARMSTART_PORT: String(BENCH_PORT) },
    stdio: "pipe",
  });
  return performance.now() - started;
};

const row = (name: string, ms: number, packageMs: number, most?: number): BenchRow => {
  const ratio = ms / packageMs;
  const figures = { name, value: `${(ms / 1000).toFixed(1)} s`, ratio };
  return most === undefined ? { ...figures, ok: true } : { ...figures, target: `≤ ${most}`, ok: ratio <= most };
};

export const deployRows = async (): Promise<readonly BenchRow[]> => {
  const times = { package: [] as number[], create: [] as number[], unchanged: [] as number[] };
  const folder = mkdtempSync(join(tmpdir(), "warmstart-bench-deploy-"));
  mkdirSync(join(folder, ".warmstart"));
  const cloud = await startCloudProcess(folder);
  let firstMs = 0;
  try {
    sls("package"); // warms the file cache
    firstMs = sls("deploy");
    sls("remove");
    for (let round = 0; round < ROUNDS; round++) {
      times.package.push(sls("package"));
      times.create.push(sls("deploy"));
      times.unchanged.push(sls("deploy"));
      sls("remove");
    }
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const packageMs = median(times.package);
  return [
    { name: "sls package of url-shortener", value: `${(packageMs / 1000).toFixed(1)} s`, ok: true },
    row("sls deploy, first of a template (AWS's validator)", firstMs, packageMs),
    row("sls deploy, create", median(times.create), packageMs, 1.6),
    row("sls deploy, unchanged", median(times.unchanged), packageMs, 1.3),
  ];
};
