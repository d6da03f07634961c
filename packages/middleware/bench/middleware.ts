// What the wrapper costs over a bare function: size, load, first call and warm call, each in fresh processes of one run.
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { build } from "esbuild";

interface Sample {
  readonly loadMs: number;
  readonly firstMs: number;
  readonly callMicroseconds: number;
}
interface Figures extends Sample {
  readonly name: string;
  readonly bytes: number;
}

const here = import.meta.dirname;
const events = ["queue", "topic", "stream", "schedule", "on-event"] as const;
const variants = ["bare", "middy", "http-bare", "http", "http-idempotent", ...events] as const;
type Variant = (typeof variants)[number];
const rounds = 15;
const runFile = promisify(execFile);

const bundle = async (name: Variant, folder: string): Promise<string> => {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [join(here, "variants", `${name}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    format: "cjs",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  return outfile;
};

const sample = async (file: string): Promise<Sample> => {
  const { stderr } = await runFile(process.execPath, [join(here, "measure.cjs"), file], {
    maxBuffer: 1 << 30,
    env: { ...process.env, AWS_LAMBDA_FUNCTION_NAME: "bench-local-hello", LOG_LEVEL: "INFO" },
  });
  return JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as Sample; // written by measure.cjs
};

/** The quickest round: what is slower was another process's doing. */
const quickest = (samples: readonly Sample[], figure: keyof Sample): number =>
  Math.min(...samples.map((sample) => sample[figure]));

const measureAll = async (folder: string): Promise<Figures[]> => {
  const files = await Promise.all(variants.map(async (name) => bundle(name, folder)));
  const samples = files.map((): Sample[] => []);
  // Round by round, so that a slow moment of the machine meets all variants.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, file] of files.entries()) samples[index]?.push(await sample(file));
  }
  return Promise.all(
    variants.map(async (name, index) => ({
      name,
      bytes: (await stat(files[index] ?? "")).size,
      loadMs: quickest(samples[index] ?? [], "loadMs"),
      firstMs: quickest(samples[index] ?? [], "firstMs"),
      callMicroseconds: quickest(samples[index] ?? [], "callMicroseconds"),
    })),
  );
};

const maxBytes: Readonly<Record<string, number>> = {
  "http-bare": 10_240,
  http: 30_720,
  "http-idempotent": 30_720,
  ...Object.fromEntries(events.map((name) => [name, 20_480])),
};

const rowsOf = (figures: Figures, bare: Figures): BenchRow[] => {
  const { name, bytes, loadMs, firstMs, callMicroseconds } = figures;
  const limit = maxBytes[name];
  const gated = limit !== undefined;
  const maxOver = events.some((event) => event === name) ? 15 : 10; // these write a line of the function's own
  const over = callMicroseconds - bare.callMicroseconds;
  const target = (text: string): { target?: string } => (gated ? { target: text } : {});
  return [
    {
      name: `${name}: bundle`,
      value: `${(bytes / 1024).toFixed(1)} KB`,
      ...target(`≤ ${(limit ?? 0) / 1024} KB`),
      ok: !gated || bytes <= limit,
    },
    {
      name: `${name}: load`,
      value: `${loadMs.toFixed(2)} ms`,
      ratio: loadMs / bare.loadMs,
      ...target("≤ 2.5 × bare + 2 ms"),
      ok: !gated || loadMs <= 2.5 * bare.loadMs + 2,
    },
    {
      name: `${name}: first call`,
      value: `${firstMs.toFixed(2)} ms`,
      ...target("≤ 2 ms"),
      ok: !gated || firstMs <= 2,
    },
    {
      name: `${name}: warm call`,
      value: `${callMicroseconds.toFixed(1)} µs (${over.toFixed(1)} over bare)`,
      ratio: callMicroseconds / bare.callMicroseconds,
      ...target(`≤ ${maxOver} µs over bare`),
      ok: !gated || over <= maxOver,
    },
  ];
};

/** Measures all variants; takes about 40 seconds. */
export const run = async (): Promise<BenchTable> => {
  const folder = await mkdtemp(join(tmpdir(), "warmstart-bench-"));
  try {
    const all = await measureAll(folder);
    const [bare] = all;
    if (!bare) throw new Error("Nothing was measured");
    return { title: "Middleware: hello handlers, one run", rows: all.flatMap((figures) => rowsOf(figures, bare)) };
  } finally {
    await rm(folder, { recursive: true });
  }
};
