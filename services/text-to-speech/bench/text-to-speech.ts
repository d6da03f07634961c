// What a post costs besides Polly: cutting it, joining it, the memory it takes, and a message that comes once more.
import { PollyClient, SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
import { openCloud } from "@warmstart/testing";
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { chunkText } from "../src/chunk.ts";
import { infoFrame, readFrames } from "../src/mp3-join.ts";
import { speakTwice } from "./speaking.ts";

const ROUNDS = 7;
const REPEATS = 10;
const CHUNKS = 34;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** In ms of this process's CPU: others may be at work. */
const timed = (work: () => unknown): number => {
  const before = process.cpuUsage();
  for (let time = 0; time < REPEATS; time++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / REPEATS;
};

const atMost = (name: string, value: string, { ratio, most }: { ratio: number; most: number }): BenchRow => ({
  name,
  value,
  ratio,
  target: `≤ ${most.toFixed(2)}`,
  ok: ratio <= most,
});

const peer = (name: string, value: string): BenchRow => ({ name, value, ratio: 1, ok: true });

/** Both in turns, as medians, in ms. */
const inTurns = (ours: () => unknown, other: () => unknown): readonly [number, number] => {
  const rounds = Array.from({ length: ROUNDS }, () => [timed(ours), timed(other)] as const);
  return [median(rounds.map(([mine]) => mine)), median(rounds.map(([, theirs]) => theirs))];
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const chunkRows = (): readonly BenchRow[] => {
  const sentence =
    "At 5.30 p.m. Dr. Smith paid $3.14 at https://example.com/a.b, e.g. for tea; nobody in the U.S. asked. ";
  const text = `${sentence.repeat(100)}\n\n`.repeat(10).slice(0, 100_000);
  const segmenter = new Intl.Segmenter("en-US", { granularity: "sentence" });
  const [ours, alone] = inTurns(
    () => chunkText(text, "en-US"),
    () => [...segmenter.segment(text)].length,
  );
  return [
    peer("Intl.Segmenter's sentences of 100,000 characters", ms(alone)),
    atMost("chunks of them", ms(ours), { ratio: ours / alone, most: 3 }),
  ];
};

/** A chunk of three minutes, silent but for a word: all that Polly does for it is to encode it. */
const SILENCE = `<speak>One.${'<break time="10s"/>'.repeat(18)}</speak>`;

const joinRows = async (): Promise<readonly BenchRow[]> => {
  const cloud = await openCloud();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const polly = new PollyClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
  const encode = async (): Promise<Uint8Array> => {
    const input = { Text: SILENCE, TextType: "ssml", VoiceId: "Joey", OutputFormat: "mp3" } as const;
    const { AudioStream } = await polly.send(new SynthesizeSpeechCommand(input));
    return (await AudioStream?.transformToByteArray()) ?? new Uint8Array();
  };
  const rounds = [];
  await encode(); // the voice starts
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const bytes = await encode();
    const encodeMs = performance.now() - started;
    const parts = Array.from({ length: CHUNKS }, () => readFrames(bytes));
    const joinMs = timed(() => Buffer.concat([infoFrame(parts), ...parts.map(({ bare }) => bare)]));
    rounds.push({ encodeMs, joinMs });
  }
  polly.destroy();
  await cloud.close();
  const encodeMs = median(rounds.map((round) => round.encodeMs));
  const joinMs = median(rounds.map((round) => round.joinMs));
  return [
    peer("encoding a chunk of 180 s, by the local Polly", ms(encodeMs)),
    atMost(`joining ${CHUNKS} of them`, ms(joinMs), { ratio: joinMs / encodeMs, most: 0.5 }),
  ];
};

const jobRows = async (): Promise<readonly BenchRow[]> => {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ short: await speakTwice(6_000), long: await speakTwice(100_000) });
  const short = median(rounds.map((round) => round.short.first.memoryMb));
  const long = median(rounds.map((round) => round.long.first.memoryMb));
  const first = median(rounds.map((round) => round.short.first.ms));
  const second = median(rounds.map((round) => round.short.second.ms));
  const again = rounds.flatMap(({ short: { calls } }) => calls[1] - calls[0]);
  return [
    peer("synthesize, 6,000 characters: memory", `${short} MB`),
    atMost("100,000 characters", `${long} MB`, { ratio: long / short, most: 1.5 }),
    peer("synthesize, 6,000 characters, Polly at once: time", ms(first)),
    atMost("its message once more", ms(second), { ratio: second / first, most: 0.1 }),
    { name: "  calls of Polly then", value: String(Math.max(...again)), target: "0", ok: Math.max(...again) === 0 },
  ];
};

export const run = async (): Promise<BenchTable> => ({
  title: "text-to-speech",
  rows: [...chunkRows(), ...(await joinRows()), ...(await jobRows())],
});
