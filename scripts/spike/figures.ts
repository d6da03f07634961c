// The figures and the graph of a spike, out of its recording.
import { columnsIn } from "./terminal.ts";
import type { Chart } from "./chart.ts";
import type { SpikeFile } from "./files.ts";
import type { Recording } from "./recorder.ts";
import { type Bins, binsOf, oldestPerBin, peakPerBin, percentile, startsPerBin } from "./series.ts";
import type { Target } from "./target.ts";

export interface Times {
  readonly firstUpload: number;
  readonly lastUpload: number;
  readonly lastDocument: number;
  /** From a file's being there to its document's, in milliseconds. */
  readonly waits: readonly number[];
}

type Buckets = Pick<Target, "incoming" | "results">;

/** Undefined until the first file is there. */
export const timesOf = (
  { stored }: Recording,
  files: readonly SpikeFile[],
  { incoming, results }: Buckets,
): Times | undefined => {
  const uploads: number[] = [];
  const documents: number[] = [];
  const waits: number[] = [];
  for (const { key, id } of files) {
    const upload = stored.get(`arn:aws:s3:::${incoming}/${key}`);
    const document = stored.get(`arn:aws:s3:::${results}/files/${id}.json`);
    if (upload !== undefined) uploads.push(upload);
    if (document !== undefined) documents.push(document);
    if (upload !== undefined && document !== undefined) waits.push(document - upload);
  }
  if (uploads.length === 0) return undefined;
  const lastUpload = Math.max(...uploads);
  return { firstUpload: Math.min(...uploads), lastUpload, lastDocument: Math.max(lastUpload, ...documents), waits };
};

export interface Figures {
  readonly files: number;
  readonly documents: number;
  /** From the first upload to the last document. */
  readonly seconds: number;
  readonly filesPerSecond: number;
  readonly invocations: number;
  readonly failedInvocations: number;
  readonly peakConcurrency: number;
  readonly oldestMessageSeconds: number;
  readonly uploadToDocumentSeconds: { readonly p50: number; readonly p95: number; readonly max: number };
}

const seconds = (ms: number): number => Number((ms / 1_000).toFixed(3));

export const figuresOf = (
  recording: Recording,
  { waits, ...times }: Times,
  { files, now }: { readonly files: number; readonly now: number },
): Figures => {
  const whole: Bins = { from: times.firstUpload - 3_600_000, binMs: 2 * 3_600_000, count: 1 };
  const tookMs = times.lastDocument - times.firstUpload;
  return {
    files,
    documents: waits.length,
    seconds: seconds(tookMs),
    filesPerSecond: Number((waits.length / (tookMs / 1_000)).toFixed(1)),
    invocations: recording.invocations.length,
    failedInvocations: recording.invocations.filter(({ status }) => status !== "ok").length,
    peakConcurrency: peakPerBin(recording.invocations, whole)[0] ?? 0,
    oldestMessageSeconds: seconds(oldestPerBin(recording.messages(now), whole)[0] ?? 0),
    uploadToDocumentSeconds: {
      p50: seconds(percentile(waits, 0.5)),
      p95: seconds(percentile(waits, 0.95)),
      max: seconds(percentile(waits, 1)),
    },
  };
};

export interface Series {
  readonly bins: Bins;
  readonly invocationsPerSecond: readonly number[];
  readonly concurrency: readonly number[];
  readonly oldestMessageSeconds: readonly number[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  /** What is known ends here. */
  readonly now: number;
}

/** The three series in at most so many bins. */
export const seriesOf = (recording: Recording, { from, to, now }: Span, most: number): Series => {
  const bins = binsOf(from, to, most);
  const { invocations } = recording;
  return {
    bins,
    invocationsPerSecond: startsPerBin(invocations, bins).map((count) => count / (bins.binMs / 1_000)),
    concurrency: peakPerBin(invocations, bins),
    oldestMessageSeconds: oldestPerBin(recording.messages(now), bins).map(seconds),
  };
};

export const chartOf = (
  { bins, ...series }: Series,
  { title, subtitle, marks }: Pick<Chart, "title" | "subtitle" | "marks">,
): Chart => ({
  title,
  subtitle,
  bins,
  marks,
  panels: [
    { title: "Invocations", unit: "per second", least: 2, values: series.invocationsPerSecond },
    { title: "Concurrent executions", unit: "at the same time", least: 2, values: series.concurrency },
    { title: "Age of the oldest message", unit: "seconds", least: 0.1, values: series.oldestMessageSeconds },
  ],
});

/** Bins that an SVG and a terminal have room for. */
export const SVG_BINS = 120;
export const terminalBins = (): number => columnsIn(process.stdout.columns ?? 100);
