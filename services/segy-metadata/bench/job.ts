// One job in a process of its own: `node job.cjs <job> <file>` prints what it cost as JSON.
import { createReadStream, openSync, readSync } from "node:fs";
import { openFile } from "../local/file-source.ts";
import { describe } from "../src/document/describe.ts";
import { counted, type ReadAt } from "../src/segy/read-at.ts";
import { sampleTraces } from "../src/passes/sampled.ts";
import { scanTraces } from "../src/passes/scan.ts";
import { surveyFile } from "../src/survey/survey.ts";
import type { Plan } from "../src/survey/plan.ts";

export interface JobResult {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Of the whole process, Node included. */
  readonly rssMb: number;
  readonly said: string;
}

const BLOCK_BYTES = 8 * 1024 * 1024;
const ABOUT = { id: "bench", bucket: "bench", key: "bench.sgy", versionId: "1", etag: "e" };

const planned = async (source: ReadAt): Promise<Plan> => {
  const surveyed = await surveyFile(source, ABOUT);
  if ("document" in surveyed) throw new Error(JSON.stringify(surveyed.document.findings));
  return surveyed.plan;
};

const jobs: Readonly<Record<string, (file: string) => Promise<string>>> = {
  /** As a program reads a file whose content it wants. */
  stream: async (file) => {
    let bytes = 0;
    for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES })) bytes += (block as Buffer).length; // a stream without encoding
    return `${bytes} bytes`;
  },
  /** Over and over into the same memory: what the kernel's copying alone costs. */
  "one-buffer": async (file) => {
    const block = Buffer.alloc(BLOCK_BYTES);
    const descriptor = openSync(file, "r");
    let bytes = 0;
    for (let read = 1; read > 0; bytes += read) read = readSync(descriptor, block, 0, BLOCK_BYTES, null);
    return `${bytes} bytes`;
  },
  exact: async (file) => {
    await using source = await openFile(file);
    const plan = await planned(source);
    const partial = await scanTraces(source, plan, { from: 0, traces: plan.layout.traces });
    const basis = {
      tracesRead: partial.traces,
      settledShare: 1,
      deviatingShareBelow95: 0,
      getRequests: 0,
      bytesRead: 0,
    };
    const { geometry, fields } = describe(plan, partial, { confidence: "exact", basis });
    return `${geometry?.class}, ${partial.traces} traces, ${Object.keys(fields).length} fields, ${geometry?.missing} missing`;
  },
  sampled: async (file) => {
    await using opened = await openFile(file);
    const source = counted(opened);
    const plan = await planned(source);
    const { confidence } = await sampleTraces(source, plan);
    return `${confidence}, ${source.counts().getRequests} reads`;
  },
};

const main = async ([job = "", file = ""]: readonly string[]): Promise<JobResult> => {
  const run = jobs[job];
  if (!run) throw new TypeError(`There is no job ${job}; there are ${Object.keys(jobs).join(", ")}`);
  const before = process.cpuUsage();
  const started = performance.now();
  const said = await run(file);
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - started;
  return { cpuMs: (user + system) / 1000, wallMs, rssMb: process.resourceUsage().maxRSS / 1024, said };
};

void main(process.argv.slice(2)).then((result) => process.stdout.write(JSON.stringify(result)));
