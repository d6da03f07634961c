// Size and load time of a packaged function: what a cold start pays.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { zipContent, zipEntries, type ZipEntry } from "@warmstart/deploy/zip";
import { findFolder } from "./app.ts";
import { assertFresh } from "./freshness.ts";

export interface BundleLimits {
  /** Unpacked, without node_modules. */
  readonly kb: number;
  /** Median CPU time of several loads in fresh processes, in ms of the machine on which the fixed program takes 30 ms. */
  readonly loadMs?: number;
}

interface FunctionProperties {
  readonly Handler: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
}

const LOADS = 7;
/** What the fixed program takes where the limits were set; a slower machine gets more time in proportion. */
const REFERENCE_MS = 30;

// First a fixed program, to know the machine in this moment; then the bundle. CPU time: other processes take none of it.
// What Lambda's runtime has touched before is free.
const MEASURE = `
const vm = require("node:vm");
void process.stdout;
const timed = (work) => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
const program = Array.from({ length: 3000 }, (_, i) => "const f" + i + " = (a, b) => { const c = [a, b, " + i + "]; return c.map((d) => d + 1); }; f" + i + "(1, 2);").join("");
const machineMs = timed(() => vm.runInThisContext(program));
const loadMs = timed(() => require(process.argv[1]));
process.stderr.write("\\n" + JSON.stringify({ machineMs, loadMs }), () => process.exit(0));
`;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const propertiesOf = (folder: string, name: string): FunctionProperties => {
  const file = join(folder, ".serverless/cloudformation-template-update-stack.json");
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as {
    Resources: Readonly<Record<string, { Properties?: unknown }>>;
  }; // CloudFormation's own shape
  const logicalId = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`; // as osls names it
  const found = Resources[logicalId]?.Properties;
  if (found === undefined) throw new Error(`${folder} has no function ${name} (no ${logicalId} in its template)`);
  return found as FunctionProperties;
};

/** Values as the template has them; what is known only once it is deployed is some text. */
const environmentOf = ({ Environment }: FunctionProperties): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [
      name,
      typeof value === "string" || typeof value === "number" ? String(value) : "https://example.com",
    ]),
  );

const unpack = (zip: Buffer, entries: readonly ZipEntry[], folder: string): void => {
  for (const entry of entries) {
    if (entry.name.endsWith("/")) continue;
    const file = join(folder, entry.name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, zipContent(zip, entry));
  }
};

/** Median load time in ms of the reference machine. */
const measureLoad = async (file: string, variables: Record<string, string>): Promise<number> => {
  const env = { PATH: process.env["PATH"], AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: "bundle", ...variables };
  const loads: number[] = [];
  for (let run = 0; run < LOADS; run++) {
    const { stderr } = await promisify(execFile)(process.execPath, ["-e", MEASURE, file], { env });
    const { machineMs, loadMs } = JSON.parse(stderr.slice(stderr.lastIndexOf("\n"))) as Record<"machineMs" | "loadMs", number>; // prettier-ignore
    loads.push(loadMs / Math.max(1, machineMs / REFERENCE_MS));
  }
  return median(loads);
};

const loadOf = async (zip: Buffer, entries: readonly ZipEntry[], properties: FunctionProperties): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-bundle-"));
  try {
    unpack(zip, entries, folder);
    return await measureLoad(join(folder, properties.Handler.replace(/\.[^./]+$/, "")), environmentOf(properties));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** `await expectBundle("services/url-shortener/redirect").toBeUnder({ kb: 25, loadMs: 10 })`: of a packaged function. */
export const expectBundle = (name: string): { readonly toBeUnder: (limits: BundleLimits) => Promise<void> } => ({
  toBeUnder: async ({ kb, loadMs }) => {
    const folder = findFolder(dirname(name));
    assertFresh(folder);
    const zip = readFileSync(join(folder, ".serverless", `${basename(name)}.zip`));
    const entries = zipEntries(zip);
    const own = entries.filter((entry) => !entry.name.includes("node_modules/"));
    const ownKb = own.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
    if (ownKb > kb) throw new Error(`${name} is ${ownKb.toFixed(1)} KB, more than ${kb}`);
    if (loadMs === undefined) return;
    const load = await loadOf(zip, entries, propertiesOf(folder, basename(name)));
    if (load > loadMs) throw new Error(`${name} loads in ${load.toFixed(1)} ms, more than ${loadMs}`);
  },
});
