// The spike from its first upload to the proof that nothing was lost.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findCloud, type FoundCloud, NoCloud } from "../find-cloud.ts";
import type { Chart } from "./chart.ts";
import type { Check } from "./checks.ts";
import { followFeed } from "./feed.ts";
import { chartOf, type Figures, figuresOf, SVG_BINS, type Series, seriesOf, type Span, terminalBins, timesOf, type Times } from "./figures.ts"; // prettier-ignore
import { type SpikeFile, spikeFiles } from "./files.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { prove } from "./prove.ts";
import { createScreen, type Screen } from "./screen.ts";
import { toSvg } from "./svg.ts";
import { countDocuments, SERVICE, SpikeFailure, type Target, targetIn } from "./target.ts";
import { newTraces, type Traces, uploadAll } from "./upload.ts";
import { waitForEnd } from "./watch.ts";

export interface SpikeOptions {
  readonly files: number;
  readonly seconds: number;
  /** Share of the events that S3 delivers twice. */
  readonly duplicates: number;
  readonly svg: string;
  readonly json: boolean;
}

interface Result {
  readonly figures: Figures;
  readonly series: Series;
  readonly checks: readonly Check[];
  readonly svg: string;
}

interface Spike {
  readonly target: Target;
  readonly files: readonly SpikeFile[];
  readonly options: SpikeOptions;
  readonly traces: Traces;
  readonly recorder: Recorder;
  readonly screen: Screen;
}

/** S3 delivers at least once: with this rule some events come twice, the same in every run. Answers what ends it. */
const armDuplicates = async ({ admin, incoming }: Target, rate: number): Promise<() => Promise<void>> => {
  if (rate === 0) return async () => {};
  const match = { service: "s3", action: "Deliver", resource: `arn:aws:s3:::${incoming}` };
  // By a name of its own: what a spike that was interrupted leaves is replaced by the next.
  const rule = { id: "spike", match, when: { rate }, effect: { kind: "duplicate" } };
  await admin("POST", "/faults", rule);
  return async () => void (await admin("DELETE", `/faults/${rule.id}`));
};

/** A graph ends a little after the last document. */
const AFTER = 0.03;

/** From the first upload to now, and to the last upload at least: a graph does not shrink while it grows. */
const spanOf = ({ seconds }: SpikeOptions, { firstUpload: from }: Times, now: number): Span => ({
  from,
  to: Math.max(now, from + seconds * 1_000),
  now,
});

const drawing = ({ options, recorder }: Spike, times: Times, now: number): ((most: number) => Chart) => {
  const { lastUpload, lastDocument, firstUpload } = times;
  const twice = options.duplicates > 0 ? `, ${Math.round(options.duplicates * 100)} % of the events delivered twice` : ""; // prettier-ignore
  const subtitle = `${new Date(firstUpload).toISOString().slice(0, 16).replace("T", " ")} UTC, ${SERVICE}${twice}`;
  const marks = [
    { at: lastUpload, label: "last upload" },
    { at: lastDocument, label: "last document" },
  ];
  return (most) =>
    chartOf(seriesOf(recorder, spanOf(options, times, now), most), {
      title: `${options.files} files within ${options.seconds} s`,
      subtitle,
      marks,
    });
};

interface Made {
  /** Uploads that were not taken. */
  readonly refused: readonly string[];
  /** Whether the feed was heard to the end. */
  readonly isWhole: boolean;
  /** Cloud time. */
  readonly endedAt: number;
}

/** Uploads, watches and draws until all is done or nothing moves any more. */
const makeSpike = async (spike: Spike): Promise<Made> => {
  const { target, files, options, traces, recorder, screen } = spike;
  const { now } = await target.admin<{ now: string }>("GET", "/clock");
  const cloudAhead = Date.parse(now) - Date.now();
  let lastSign = performance.now();
  const feed = await followFeed(target.endpoint, (event) => {
    recorder.add(event);
    if (traces.isOurs(event.root)) lastSign = performance.now();
  });
  const disarm = await armDuplicates(target, options.duplicates);
  const draw = (): void => {
    const times = screen.isLive ? timesOf(recorder, files, target) : undefined;
    if (times !== undefined) screen.draw(drawing(spike, times, Date.now() + cloudAhead)(terminalBins()));
  };
  try {
    const uploaded = uploadAll(target, files, { seconds: options.seconds, traces });
    const missing = (): number =>
      files.length - (timesOf(recorder, files, target)?.waits.length ?? 0) + recorder.open();
    await waitForEnd(target, uploaded, { lastSign: () => lastSign, missing, draw });
    return { refused: await uploaded, isWhole: await feed.close(), endedAt: Date.now() + cloudAhead };
  } finally {
    await disarm();
    await feed.close();
  }
};

const writeSvg = (path: string, chart: Chart): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, toSvg(chart));
};

const spikeOn = async (target: Target, options: SpikeOptions, screen: Screen): Promise<Result> => {
  const files = await spikeFiles(SERVICE, target.incoming, options.files);
  const traces = newTraces();
  const spike: Spike = { target, files, options, traces, recorder: createRecorder(traces.isOurs), screen };
  const before = { documents: await countDocuments(target), queues: await target.queues() };
  const megabytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6;
  screen.say(`Uploading ${files.length} files (${megabytes.toFixed(0)} MB) within ${options.seconds} s …\n`);
  const made = await makeSpike(spike);
  const times = timesOf(spike.recorder, files, target);
  if (times === undefined) throw new SpikeFailure(`No file arrived: ${made.refused[0] ?? "the feed told of none"}`);
  const end =
    spike.recorder.open() > 0 ? made.endedAt : times.lastDocument + AFTER * (times.lastDocument - times.firstUpload);
  const draw = drawing(spike, times, end);
  screen.draw(draw(terminalBins()));
  writeSvg(options.svg, draw(SVG_BINS));
  screen.say("\nReading every document, delivering every event again, reading every document again …");
  const checks = await prove(spike, before, { ...made, since: times.firstUpload - 60_000 });
  const series = seriesOf(spike.recorder, spanOf(options, times, end), SVG_BINS);
  return {
    figures: figuresOf(spike.recorder, times, { files: files.length, now: end }),
    series,
    checks,
    svg: options.svg,
  };
};

const report = ({ figures, checks, svg }: Result, say: (text: string) => void): void => {
  for (const { what, holds, found } of checks) say(`  ${holds ? "✔" : "✘"} ${what.padEnd(38)} ${found}`);
  const { uploadToDocumentSeconds: wait, failedInvocations: failed } = figures;
  say(
    `\n${figures.documents} documents in ${figures.seconds} s: ${figures.filesPerSecond} files per second` +
      `\n${figures.invocations} invocations${failed > 0 ? `, ${failed} of them failed` : ""}, at most ${figures.peakConcurrency} at the same time` +
      `\nFrom upload to document: p50 ${wait.p50} s, p95 ${wait.p95} s, at most ${wait.max} s; oldest message ${figures.oldestMessageSeconds} s` +
      `\n\n${svg}`,
  );
};

/** Answers the exit status: 0 only when every check holds. */
export const runSpike = async (options: SpikeOptions): Promise<number> => {
  const screen = createScreen(options.json);
  let cloud: FoundCloud | undefined;
  try {
    cloud = await findCloud([SERVICE], screen.say);
    const result = await spikeOn(await targetIn(cloud.endpoint), options, screen);
    report(result, screen.say);
    if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    return result.checks.every(({ holds }) => holds) ? 0 : 1;
  } catch (error) {
    const expected = error instanceof SpikeFailure || error instanceof NoCloud;
    process.stderr.write(`\n✘ ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  } finally {
    await cloud?.close();
  }
};
