// `sls deploy --stage local` beside `sls package` of the same service, in one run.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { BenchRow } from "@warmstart/testing/bench";
import { startCloudProcess } from "./cloud-process.ts";
import { median } from "./load.ts";

const ROUNDS = 3;
const ROOT = join(import.meta.dirname, "../../..");
const SERVICE = join(ROOT, "services/url-shortener");
const PORT = 4888;

const sls = (...args: string[]): number => {
  const { HTTP_PROXY: _a, HTTPS_PROXY: _b, http_proxy: _c, https_proxy: _d, ...env } = process.env;
  const started = performance.now();
  execFileSync(join(ROOT, "node_modules/.bin/sls"), [...args, "--stage", "local"], {
    cwd: SERVICE,
    env: { ...env, WARMSTART_PORT: String(PORT) },
    stdio: "pipe",
  });
  return performance.now() - started;
};

const row = (name: string, ms: number, packageMs: number, most: number): BenchRow => ({
  name,
  value: `${(ms / 1000).toFixed(1)} s`,
  ratio: ms / packageMs,
  target: `≤ ${most}`,
  ok: ms / packageMs <= most,
});

export const deployRows = async (): Promise<readonly BenchRow[]> => {
  const times = { package: [] as number[], create: [] as number[], unchanged: [] as number[] };
  const cloud = await startCloudProcess(PORT);
  try {
    sls("package"); // warms the file cache
    for (let round = 0; round < ROUNDS; round++) {
      times.package.push(sls("package"));
      times.create.push(sls("deploy"));
      times.unchanged.push(sls("deploy"));
      sls("remove");
    }
  } finally {
    await cloud.close();
  }
  const packageMs = median(times.package);
  return [
    { name: "sls package of url-shortener", value: `${(packageMs / 1000).toFixed(1)} s`, ok: true },
    row("sls deploy, create", median(times.create), packageMs, 1.6),
    row("sls deploy, unchanged", median(times.unchanged), packageMs, 1.3),
  ];
};
