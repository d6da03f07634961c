// What the passes cost against plainly reading the same file and against segyio, in one run, each in its own process.
import { build as settings } from "@warmstart/deploy/esbuild";
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { buildSync } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { grid } from "../test/acquisition.ts";
import { writeSegyFile, type SegyOptions } from "../test/write-segy.ts";
import type { JobResult } from "./job.ts";
import { segyio } from "./peer.ts";

const service = resolve(import.meta.dirname, "..");

const bundle = (entry: string, name: string): string => {
  const outfile = join(service, "node_modules/.cache/bench", name);
  mkdirSync(join(outfile, ".."), { recursive: true });
  buildSync({ ...settings, external: ["@aws-sdk/*"], entryPoints: [join(service, entry)], outfile });
  return outfile;
};

const ROUNDS = 4;

const jobOf = (program: string, job: string, file: string): JobResult =>
  JSON.parse(execFileSync(process.execPath, [program, job, file], { encoding: "utf8" })) as JobResult; // what job.ts prints

/** All jobs in turns, and the cheapest run of each. */
const best = (program: string, jobs: readonly (readonly [job: string, file: string])[]): readonly JobResult[] => {
  const rounds = Array.from(
    { length: ROUNDS },
    () =>
      jobs.map(
        ([job, file]) =>
          JSON.parse(execFileSync(process.execPath, [program, job, file], { encoding: "utf8" })) as JobResult,
      ), // what job.ts prints
  );
  return jobs.map((_, at) => rounds.flatMap((round) => round[at] ?? []).reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a)));
};

const cost = ({ cpuMs, rssMb }: JobResult): string => `${Math.round(cpuMs)} ms CPU, ${Math.round(rssMb)} MB`;

const atMost = (name: string, value: string, ratio: number, most: number): BenchRow => ({
  name,
  value,
  ratio,
  target: `≤ ${most}`,
  ok: ratio <= most,
});

const passRows = (program: string, one: string, two: string): BenchRow[] => {
  const jobs = ["stream", "one-buffer", "exact"].map((job) => [job, one] as const);
  const [stream, oneBuffer, exact, double] = best(program, [...jobs, ["exact", two]]);
  if (!stream || !oneBuffer || !exact || !double) throw new Error("a job did not run");
  const rss: BenchRow = {
    name: "  its memory",
    value: `${Math.round(exact.rssMb)} MB`,
    target: "≤ 256 MB",
    ok: exact.rssMb <= 256,
  };
  return [
    { name: "reading 1 GB as a stream of 8 MB blocks", value: cost(stream), ratio: 1, ok: true },
    {
      name: "  over and over into one buffer of 8 MB",
      value: cost(oneBuffer),
      ratio: oneBuffer.cpuMs / stream.cpuMs,
      ok: true,
    },
    atMost(`exact pass over it (${exact.said}), to the stream`, cost(exact), exact.cpuMs / stream.cpuMs, 2.5),
    { name: "  to the reading into one buffer", value: cost(exact), ratio: exact.cpuMs / oneBuffer.cpuMs, ok: true },
    rss,
    atMost("  memory for 2 GB, to that for 1 GB", cost(double), double.rssMb / exact.rssMb, 1.2),
    ...peerRows(program, one),
  ];
};

const fastest = (times: readonly (number | undefined)[]): number => Math.min(...times.map((each) => each ?? Infinity));

/** In turns, the fastest run of each: time is what somebody waits for. */
const peerRows = (program: string, file: string): BenchRow[] => {
  const runs = Array.from({ length: ROUNDS }, () => ({ peer: segyio(file), ours: jobOf(program, "exact", file) }));
  const [peer] = runs.flatMap((run) => run.peer ?? []);
  if (!peer) return [{ name: "segyio: not here (apt install python3-segyio)", value: "", ok: true }];
  const [theirs, ours] = [fastest(runs.map((run) => run.peer?.wallMs)), fastest(runs.map((run) => run.ours.wallMs))];
  const cpu = fastest(runs.map((run) => run.peer?.cpuMs)) / fastest(runs.map((run) => run.ours.cpuMs));
  const name = `segyio ${peer.version}: 8 fields of ${peer.traces} traces, time to ours for all fields`;
  return [
    { name, value: `${Math.round(theirs)} ms`, ratio: theirs / ours, target: "≥ 5", ok: theirs / ours >= 5 },
    { name: "  CPU to ours", value: `${Math.round(peer.cpuMs)} ms CPU`, ratio: cpu, ok: true },
  ];
};

const sampledRows = (program: string, file: string): BenchRow[] => {
  const [sampled, exact] = best(program, [
    ["sampled", file],
    ["exact", file],
  ]);
  if (!sampled || !exact) throw new Error("a job did not run");
  return [
    { name: `exact pass over 5 GB (${exact.said})`, value: cost(exact), ratio: 1, ok: true },
    atMost(`sampled pass (${sampled.said})`, cost(sampled), sampled.cpuMs / exact.cpuMs, 1 / 8),
  ];
};

const bundleRow = (): BenchRow => {
  const sizeBytes = statSync(bundle("functions/extract.ts", "extract.cjs")).size;
  return {
    name: "extract, bundled, without the SDK",
    value: `${(sizeBytes / 1024).toFixed(0)} KB`,
    target: "≤ 150 KB",
    ok: sizeBytes <= 150 * 1024,
  };
};

const cube = (lines: number): SegyOptions => ({ survey: grid(lines, 600), samples: 1001, amplitudes: "zero" });

/** Ratios of CPU time to the row that the name says; three files of 8 GB in all in the folder for temporary ones. */
export const run = async (): Promise<BenchTable> => {
  const folder = mkdtempSync(join(tmpdir(), "segy-metadata-bench-"));
  const [one, two, five] = ["1gb.sgy", "2gb.sgy", "5gb.sgy"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    await writeSegyFile(one, cube(400));
    await writeSegyFile(two, cube(800));
    await writeSegyFile(five, cube(2000));
    const program = bundle("bench/job.ts", "job.cjs");
    return {
      title: "segy-metadata",
      rows: [...passRows(program, one, two), ...sampledRows(program, five), bundleRow()],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
