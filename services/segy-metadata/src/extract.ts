// From an object version to its document: which of the ways to read it, and what to hand on when time runs out.
import type { ObjectCreatedInput } from "@warmstart/middleware";
import {
  concluded,
  cut,
  exactDocument,
  joined,
  partKey,
  planKey,
  publish,
  scanPart,
  type Chunk,
  type Outcome,
  type Part,
  type ScanPorts,
} from "./chunks.ts";
import { describe } from "./document/describe.ts";
import { fileId, type BegunRun } from "./files.ts";
import { RESERVE_MS, type Thresholds } from "./limits.ts";
import type { Plan } from "./survey/plan.ts";
import { counted, inMemoryIfSmall } from "./segy/read-at.ts";
import { sampleTraces } from "./passes/sampled.ts";
import { surveyFile } from "./survey/survey.ts";

export interface ExtractPorts extends ScanPorts {
  readonly sendChunks: (chunks: readonly Chunk[]) => Promise<void>;
  readonly thresholds: Thresholds;
}

type Counted = ReturnType<typeof counted>;

interface Work {
  readonly remainingMilliseconds: () => number;
  readonly run: BegunRun;
  readonly plan: Plan;
  readonly source: Counted;
}

/** Asked for, or the first answer for a large file. Traces without a common length cannot be sampled. */
const wantsSample = ({ thresholds }: ExtractPorts, { run, plan, source }: Work): boolean => {
  const isLarge = source.sizeBytes > thresholds.EXACT_BYTES;
  return plan.layout.fixedLength && (run.request ? run.request.mode === "sampled" : isLarge);
};

const sample = async (ports: ExtractPorts, { run, plan, source }: Work): Promise<Outcome> => {
  const { partial, confidence, ...basis } = await sampleTraces(source, plan);
  return publish(ports, run, describe(plan, partial, { confidence, basis: { ...basis, ...source.counts() } }));
};

/** The parts that one run may and can do, from the first on; stops in time. */
const scanAlone = async (
  { thresholds }: ExtractPorts,
  { plan, source, remainingMilliseconds }: Work,
): Promise<readonly Part[]> => {
  const parts: Part[] = [];
  if (source.sizeBytes > thresholds.SEQUENTIAL_BYTES && plan.layout.fixedLength) return parts;
  let longest = 0;
  for (const range of cut(plan, thresholds.CHUNK_BYTES)) {
    const before = remainingMilliseconds();
    if (before - longest < RESERVE_MS) break;
    parts.push(await scanPart(source, plan, range));
    longest = Math.max(longest, before - remainingMilliseconds());
  }
  return parts;
};

/** What is done becomes parts like any other; the rest goes out as messages. */
const handOver = async (ports: ExtractPorts, { run, plan }: Work, parts: readonly Part[]): Promise<Outcome> => {
  const { id, sequencer, scans } = run;
  const key = planKey(run, plan);
  const ranges = cut(plan, ports.thresholds.CHUNK_BYTES);
  const chunks = ranges.map((range, n) => ({ id, sequencer, scans, plan: key, n, of: ranges.length, ...range }));
  await ports.results.write(key, plan);
  for (const [n, part] of parts.entries()) await ports.results.write(partKey(key, n), part);
  if (parts.length && (await ports.records.chunksDone(run, [...parts.keys()])) === undefined) return "superseded";
  await ports.sendChunks(chunks.slice(parts.length));
  return "handed-over";
};

const scan = async (ports: ExtractPorts, work: Work): Promise<Outcome> => {
  if (wantsSample(ports, work)) return sample(ports, work);
  const parts = await scanAlone(ports, work);
  const { length } = cut(work.plan, ports.thresholds.CHUNK_BYTES);
  if (parts.length < length) return handOver(ports, work, parts);
  const { partial } = parts.reduce((a, b) => joined(work.plan, a, b));
  return publish(ports, work.run, exactDocument(work.plan, { partial, counts: work.source.counts() }));
};

/** Safe to repeat: S3 and SQS deliver at least once, and in no order. */
export const extract = async (
  ports: ExtractPorts,
  { object, remainingMilliseconds }: Pick<ObjectCreatedInput, "object" | "remainingMilliseconds">,
): Promise<Outcome> => {
  const { bucket, key, etag, sizeBytes } = object;
  const id = fileId(bucket, key);
  const run = await ports.records.begin(id, object);
  if (typeof run === "string") return run;
  return concluded(ports.records, run, async () => {
    const about = { bucket, key, etag, versionId: object.versionId ?? "null" };
    const own = counted(ports.open({ ...about, sizeBytes }));
    const source = { ...(await inMemoryIfSmall(own)), counts: own.counts };
    const keys = run.request?.keys;
    const surveyed = await surveyFile(source, { id, ...about }, keys && { keys });
    if ("plan" in surveyed) return scan(ports, { run, plan: surveyed.plan, source, remainingMilliseconds });
    const { document } = surveyed;
    return publish(ports, run, { ...document, basis: { ...document.basis, ...own.counts() } });
  });
};
