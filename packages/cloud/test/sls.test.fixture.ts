// The real `sls` of the workspace on a copy of a service, talking to a cloud of the test.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const SLS = join(ROOT, "node_modules/osls/bin/serverless.js");
const PROBE = join(import.meta.dirname, "probe");
/** What packaging leaves in a service, and what belongs to the workspace. */
const LEFT_OUT = [".serverless", ".serverless.lock", ".esbuild", ".turbo", "dist", "node_modules"];

export interface Sls {
  /** The copy of the service. */
  readonly folder: string;
  /** Runs one command and answers what it printed; throws that when it fails. */
  readonly run: (args: string, env?: Readonly<Record<string, string>>) => Promise<string>;
  readonly close: () => void;
}

/** What Node compiled in an earlier run spares a sixth of the time of the next. */
const { PATH = "", HOME = "", NODE_COMPILE_CACHE } = process.env;

/** Nothing else of the shell reaches it: a proxy would break it on loopback, a profile send it to AWS. */
const environment = (port: string): Record<string, string> => ({
  PATH,
  HOME,
  ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
  WARMSTART_PORT: port,
  SLS_AWS_MONITORING_FREQUENCY: "50",
  SLS_NOTIFICATIONS_MODE: "off",
});

const filter = (path: string): boolean => !LEFT_OUT.includes(basename(path));

/** `service`: one of the workspace; the probe without. */
export const openSls = (endpoint: string, service?: string): Sls => {
  const root = mkdtempSync(join(tmpdir(), "warmstart-probe-"));
  const folder = join(root, "services", service ?? "probe");
  cpSync(service === undefined ? PROBE : join(ROOT, "services", service), folder, { recursive: true, filter });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  cpSync(join(ROOT, "tsconfig.base.json"), join(root, "tsconfig.base.json"));
  const { port } = new URL(endpoint);
  const run = (args: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [SLS, ...args.split(" ")], {
        cwd: folder,
        env: { ...environment(port), ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
      child.on("error", reject);
      child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`sls ${args}: ${output}`))));
    });
  return { folder, run, close: () => rmSync(root, { recursive: true, force: true }) };
};
