// The voice of Polly: pieces on two threads beside the text in one piece, its voices beside each other, and what it costs
// a cloud that is never asked to speak.
import type { BenchRow } from "@warmstart/testing/bench";
import { createPool, type Pool } from "../src/polly/flite/pool.ts";
import { createFliteSpeech } from "../src/polly/flite-speech.ts";
import type { FliteVoice, Speech } from "../src/polly/speech-port.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { median } from "./load.ts";

const ROUNDS = 7;
const STARTS = 21;
const PARAGRAPH =
  "The harbour was quiet when the keeper came down at half past five in the morning, carrying a box that weighed more " +
  "than it should. He put it on the wall, looked at the water, and waited. Nobody comes before six, said a voice behind " +
  "him; it was his daughter, who had walked all the way from the station. They opened the box together. ";
const TEXT = PARAGRAPH.repeat(10).slice(0, 3_000);
const SAMPLE = TEXT.slice(0, 420);
const PCM_BYTES_PER_SECOND = 32_000;
const MP3_BYTES_PER_SECOND = 6_000;

const { signal } = new AbortController();

const bound = (name: string, value: string, { ratio, most }: { ratio: number; most: number }): BenchRow => ({
  name,
  value,
  ratio,
  target: `≤ ${most.toFixed(2)}`,
  ok: ratio <= most,
});
const least = (name: string, speed: number, least: number): BenchRow => ({
  name,
  value: `${speed.toFixed(0)} ×`,
  target: `≥ ${least} ×`,
  ok: speed >= least,
});
const ms = (value: number): string => `${value.toFixed(0)} ms`;

interface Timed {
  readonly firstMs: number;
  readonly allMs: number;
  readonly bytes: number;
}

const speak = async (speech: Speech, text: string, voice: FliteVoice, format: "mp3" | "pcm"): Promise<Timed> => {
  const started = performance.now();
  let [firstMs, bytes] = [0, 0];
  const runs = [{ kind: "speech", text, at: 0, rate: 1, gain: 1 }] as const;
  const sampleRate = format === "pcm" ? 16_000 : 22_050;
  for await (const part of speech.audio({ runs, voice, format, sampleRate, signal })) {
    firstMs ||= performance.now() - started;
    bytes += part.length;
  }
  return { firstMs, allMs: performance.now() - started, bytes };
};

/** The text as one call of flite: what it is without pieces. */
const speakWhole = async (
  pool: Pool,
  text: string,
): Promise<{ readonly allMs: number; readonly memoryBytes: number }> => {
  const started = performance.now();
  const args = ["-voice", "slt", "-psdur", "-t", text, "-o", "output"];
  const { memoryBytes } = await pool.run({ args, deadlineMs: 600_000, signal });
  return { allMs: performance.now() - started, memoryBytes };
};

const rounds = async <Result>(measure: () => Promise<Result>): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (let round = 0; round <= ROUNDS; round++) results.push(await measure());
  return results.slice(1); // the first one compiles
};

const voiceRows = async (speech: Speech, pool: Pool): Promise<readonly BenchRow[]> => {
  const pairs = await rounds(async () => ({
    pieces: await speak(speech, TEXT, "slt", "pcm"),
    whole: await speakWhole(pool, TEXT),
    quick: await speak(speech, SAMPLE, "kal16", "pcm"),
    slt: await speak(speech, SAMPLE, "slt", "pcm"),
    mp3: await speak(speech, SAMPLE, "slt", "mp3"),
    piece: await speakWhole(pool, TEXT.slice(0, 400)),
  }));
  type Pair = (typeof pairs)[number];
  const middle = (of: (pair: Pair) => number): number => median(pairs.map(of));
  const speed = (of: (pair: Pair) => Timed, perSecond: number): number =>
    middle((pair) => of(pair).bytes / perSecond / (of(pair).allMs / 1_000));
  const whole = middle(({ whole }) => whole.allMs);
  const [first, all] = [middle(({ pieces }) => pieces.firstMs), middle(({ pieces }) => pieces.allMs)];
  const quick = speed(({ quick }) => quick, PCM_BYTES_PER_SECOND);
  const slow = speed(({ slt }) => slt, PCM_BYTES_PER_SECOND);
  const [piece, text] = [middle(({ piece }) => piece.memoryBytes), middle(({ whole }) => whole.memoryBytes)];
  return [
    { name: "3,000 characters by slt, one piece", value: ms(whole), ok: true },
    bound("first audio, pieces on 2 threads", ms(first), { ratio: first / whole, most: 1 / 3 }),
    bound("all audio, pieces on 2 threads", ms(all), { ratio: all / whole, most: 0.8 }),
    least("speech per second, kal16, pcm", quick, 60),
    least(
      "speech per second, slt, mp3",
      speed(({ mp3 }) => mp3, MP3_BYTES_PER_SECOND),
      10,
    ),
    least("kal16 beside slt", quick / slow, 5),
    bound("memory of WASM, a piece beside all in one", `${(piece / 2 ** 20).toFixed(0)} MB`, {
      ratio: piece / text,
      most: 0.5,
    }),
  ];
};

/** A service without an action and without what it imports. */
const STUB = `data:text/javascript,${encodeURIComponent(`
const service = { name: "polly", protocol: {}, actions: {}, needs: () => [], types: {} };
export const createPolly = () => ({ service, start() {}, async close() {} });`)}`;

/** What the cloud's process runs first; it looks at the same names in both builds. */
const preload = (build: "with" | "without"): string =>
  `--import data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
registerHooks({ resolve: (name, context, next) => name === "./polly/index.js" && ${build === "without"}
  ? { url: ${JSON.stringify(STUB)}, shortCircuit: true } : next(name, context) });`)}`;

const startMs = async (build: "with" | "without"): Promise<number> => {
  const before = process.env["NODE_OPTIONS"];
  process.env["NODE_OPTIONS"] = preload(build);
  const cloud = await startCloudProcess().finally(() => {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  });
  await cloud.close();
  return cloud.readyMs;
};

const startRow = async (): Promise<BenchRow> => {
  const times = { with: [] as number[], without: [] as number[] };
  for (let round = 0; round < STARTS; round++) {
    times.with.push(await startMs("with"));
    times.without.push(await startMs("without"));
  }
  const [own, bare] = [median(times.with), median(times.without)];
  return bound(`start of a cloud, Polly unused (without it ${ms(bare)})`, ms(own), { ratio: own / bare, most: 1.02 });
};

const onError = (error: unknown): void => {
  throw new Error("A voice failed", { cause: error });
};

export const pollyRows = async (): Promise<readonly BenchRow[]> => {
  const speech = createFliteSpeech({ fast: false, onError, threads: 2 });
  const pool = createPool({ size: 1, idleMs: 600_000, onError });
  const rows = await voiceRows(speech, pool);
  await speech.close();
  await pool.close();
  return [...rows, await startRow()];
};
