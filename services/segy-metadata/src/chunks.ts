// The exact scan of a file in parts: each is scanned by itself, and whoever ends the last one merges them all.
import * as v from "valibot";
import { describe } from "./document/describe.ts";
import { endsRun } from "./errors.ts";
import { summaryOf, type Run, type RunRecords } from "./files.ts";
import { MOST_CHUNKS } from "./limits.ts";
import type { Metadata, Source } from "./document/metadata.ts";
import { mergePartials, type Partial } from "./passes/partial.ts";
import type { Plan } from "./survey/plan.ts";
import { counted, type ReadAt, type ReadCounts } from "./segy/read-at.ts";
import { scanTraces } from "./passes/scan.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The message that asks for one part. */
export const Chunk = v.object({
  id: v.string(),
  sequencer: v.string(),
  scans: count,
  /** Key of the plan in the bucket of results; the parts lie beside it. */
  plan: v.string(),
  n: count,
  of: count,
  from: count,
  traces: count,
});
export type Chunk = v.InferOutput<typeof Chunk>;

/** Traces `[from, from + traces)`. */
interface TraceRange {
  readonly from: number;
  readonly traces: number;
}

export interface Part {
  readonly partial: Partial;
  readonly counts: ReadCounts;
}

export interface Results {
  /** False when the document of a newer run is there; that one stays. */
  putDocument(run: Run, document: Metadata): Promise<boolean>;
  /** JSON. */
  write(key: string, value: unknown): Promise<void>;
  read(key: string): Promise<unknown>;
}

export interface ScanPorts {
  readonly open: (object: Omit<Source, "headSha256">) => ReadAt;
  readonly records: RunRecords;
  readonly results: Results;
}

export type Outcome = "ready" | "rejected" | "failed" | "repeated" | "superseded" | "chunk-done" | "handed-over";

/** Of about `chunkBytes` each; traces without a common length can only be walked from the first one. */
export const cut = ({ layout }: Plan, chunkBytes: number): readonly TraceRange[] => {
  const { traces, traceLength, fixedLength } = layout;
  const each = Math.max(1, Math.floor(chunkBytes / traceLength), Math.ceil(traces / MOST_CHUNKS));
  if (!fixedLength || each >= traces) return [{ from: 0, traces }];
  return Array.from({ length: Math.ceil(traces / each) }, (_, n) => ({
    from: n * each,
    traces: Math.min(each, traces - n * each),
  }));
};

export const planKey = ({ id, scans }: Run, { source }: Plan): string =>
  `parts/${id}/${source.versionId}/${scans}/plan.json`;

export const partKey = (plan: string, n: number): string => plan.replace(/[^/]+$/, `${n}.json`);

export const scanPart = async (source: ReadAt, plan: Plan, { from, traces }: TraceRange): Promise<Part> => {
  const own = counted(source);
  const partial = await scanTraces(own, plan, { from, traces });
  return { partial, counts: own.counts() };
};

/** Two neighbours. */
export const joined = (plan: Plan, a: Part, b: Part): Part => ({
  partial: mergePartials(plan.lattice, a.partial, b.partial),
  counts: {
    getRequests: a.counts.getRequests + b.counts.getRequests,
    bytesRead: a.counts.bytesRead + b.counts.bytesRead,
  },
});

export const exactDocument = (plan: Plan, { partial, counts }: Part): Metadata =>
  describe(plan, partial, {
    confidence: "exact",
    basis: { tracesRead: partial.traces, settledShare: 1, deviatingShareBelow95: 0, ...counts },
  });

export const publish = async ({ results, records }: ScanPorts, run: Run, document: Metadata): Promise<Outcome> => {
  const { status } = document;
  const isNewest =
    (await results.putDocument(run, document)) && (await records.end(run, { status, summary: summaryOf(document) }));
  return isNewest ? status : "superseded";
};

/** What would fail again ends the run, and the record of the file says why; all else is thrown, to be tried again. */
export const concluded = async (records: RunRecords, run: Run, work: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await work();
  } catch (error) {
    if (!endsRun(error)) throw error;
    const { code, detail } = error;
    const status = code === "superseded" ? code : "failed";
    await records.end(run, { status, problem: { code, detail } });
    return status;
  }
};

/** One after another: a part may hold half a megabyte. */
const mergeParts = async ({ results }: ScanPorts, plan: Plan, chunk: Chunk): Promise<Part> => {
  const part = async (n: number): Promise<Part> => (await results.read(partKey(chunk.plan, n))) as Part; // `scanPart` made it
  let whole = await part(0);
  for (let n = 1; n < chunk.of; n++) whole = joined(plan, whole, await part(n));
  return whole;
};

/** Safe to repeat: a part that is there already is written again, and counts once. */
export const scanChunk = async (ports: ScanPorts, chunk: Chunk): Promise<Outcome> =>
  concluded(ports.records, chunk, async () => {
    const plan = (await ports.results.read(chunk.plan)) as Plan; // as `extract` wrote it
    await ports.results.write(partKey(chunk.plan, chunk.n), await scanPart(ports.open(plan.source), plan, chunk));
    const done = await ports.records.chunksDone(chunk, [chunk.n]);
    if (done === undefined) return "superseded";
    if (done < chunk.of) return "chunk-done";
    return publish(ports, chunk, exactDocument(plan, await mergeParts(ports, plan, chunk)));
  });
