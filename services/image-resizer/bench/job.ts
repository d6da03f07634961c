// One job in a process of its own: `node job.cjs <job> <file> [repeats]` prints what it cost as JSON.
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { checkHeader } from "../src/limits.ts";
import { isRejection } from "../src/rejections.ts";
import { decode, encode, placeholderOf, readHeader, reduce } from "../src/sharp-images.ts";
import { sniff } from "../src/sniff.ts";
import { formatsOf, planSizes, type Format } from "../src/variants.ts";

export interface JobResult {
  readonly outcome: string;
  readonly cpuMs: number;
  /** Of the whole process, Node and the file included. */
  readonly rssMb: number;
  readonly outputBytes: number;
}

type Job = (bytes: Buffer) => Promise<{ outcome: string; outputBytes: number }>;

const ours =
  (formats: readonly Format[]): Job =>
  async (bytes) => {
    const format = sniff(bytes);
    if (!format) return { outcome: "unsupported-format", outputBytes: 0 };
    try {
      const header = await readHeader(bytes, format);
      checkHeader(header);
      const largest = await decode(bytes, header);
      let outputBytes = 0;
      let smallest = largest;
      for (const size of planSizes(header)) {
        smallest = await reduce(largest, size);
        for (const to of formats) outputBytes += (await encode(smallest, to)).length;
      }
      await placeholderOf(smallest);
      return { outcome: "done", outputBytes };
    } catch (error) {
      if (isRejection(error)) return { outcome: error.code, outputBytes: 0 };
      throw error;
    }
  };

/** The usual program: a pipeline per file, everything at sharp's defaults. */
const naive =
  (formats: readonly Format[]): Job =>
  async (bytes) => {
    let outputBytes = 0;
    for (const width of [1920, 1024, 480]) {
      for (const format of formats) {
        outputBytes += (await sharp(bytes).rotate().resize(width).toFormat(format).toBuffer()).length;
      }
    }
    return { outcome: "done", outputBytes };
  };

const jobs: Readonly<Record<string, Job>> = {
  "ours-6": ours(formatsOf(false)),
  "ours-9": ours(formatsOf(true)),
  "naive-6": naive(formatsOf(false)),
  "naive-9": naive(formatsOf(true)),
};

/** The peak of this process alone: `maxRSS` starts at what the parent had when it forked. */
const peakRssMb = (): number => {
  const own = process.platform === "linux" ? /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] : "";
  return Number(own || process.resourceUsage().maxRSS) / 1024;
};

const [, , name = "", file = "", repeats = "1"] = process.argv;

const main = async (): Promise<void> => {
  const job = jobs[name];
  if (!job) throw new Error(`There is no job ${name}`);
  const bytes = readFileSync(file);
  let cpuMs = Number.POSITIVE_INFINITY;
  let done = { outcome: "", outputBytes: 0 };
  // The cheapest run counts: a warm function has its codecs loaded, and what disturbs a run only ever adds.
  for (let time = 0; time < Number(repeats); time++) {
    const started = process.cpuUsage();
    done = await job(bytes);
    const { user, system } = process.cpuUsage(started);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  const result: JobResult = { ...done, cpuMs, rssMb: peakRssMb() };
  process.stdout.write(JSON.stringify(result));
};

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
