// The voice that speaks: a request's pieces spoken in threads, put together in order, encoded as they come.
import { availableParallelism } from "node:os";
import { encoded, MOST_SECONDS } from "./audio/encode.ts";
import { createPool, type Pool } from "./flite/pool.ts";
import { phonesByToken, SAMPLE_RATE, type Said, say } from "./flite/voice.ts";
import { marksOf } from "./marks/marks.ts";
import { type SpokenPiece, type Step, stepsOf } from "./plan.ts";
import type { AudioRequest, FliteVoice, MarksRequest, Speech, SpeechMark, SpeechOptions } from "./speech-port.ts";

const IDLE_MS = 60_000;
const MOST_THREADS = 4;

/** The results of items in their order; `most` of them are under way at once. */
async function* inOrder<Item, Result>(
  items: readonly Item[],
  most: number,
  start: (item: Item) => Promise<Result>,
): AsyncGenerator<readonly [Item, Result]> {
  const started: Promise<Result>[] = [];
  for (const [index, item] of items.entries()) {
    const next = index + started.length;
    for (const item of items.slice(next, index + most)) {
      const result = start(item);
      result.catch(() => undefined); // it is thrown below, when it is its turn
      started.push(result);
    }
    const result = started.shift();
    if (result !== undefined) yield [item, await result];
  }
}

const samplesOf = (ms: number): number => Math.round((ms / 1_000) * SAMPLE_RATE);

const loud = (samples: Int16Array, gain: number): Float32Array => {
  const out = new Float32Array(samples.length);
  for (let index = 0; index < out.length; index++) out[index] = ((samples[index] ?? 0) / 32_767) * gain;
  return out;
};

/** What is heard at 16 kHz, a second at a time. */
async function* heard(
  steps: readonly Step[],
  most: number,
  start: (piece: SpokenPiece) => Promise<Said>,
): AsyncGenerator<Float32Array> {
  const spoken = inOrder(steps, most, async (step) => (step.kind === "piece" ? start(step) : undefined));
  for await (const [step, said] of spoken) {
    const gain = step.kind === "piece" ? step.stretch.gain : 0;
    const all = said?.samples ?? new Int16Array(step.kind === "silence" ? samplesOf(step.ms) : 0);
    for (let at = 0; at < all.length; at += SAMPLE_RATE) yield loud(all.subarray(at, at + SAMPLE_RATE), gain);
  }
}

/** The threads are told when nobody listens any more. */
const listening = (signal: AbortSignal): { readonly signal: AbortSignal; readonly stop: () => void } => {
  const own = new AbortController();
  return { signal: AbortSignal.any([signal, own.signal]), stop: () => own.abort() };
};

async function* audio(pool: Pool, { runs, voice, signal: given, ...format }: AudioRequest): AsyncGenerator<Uint8Array> {
  const steps = stepsOf(runs);
  const { signal, stop } = listening(given);
  const start = async (piece: SpokenPiece): Promise<Said> =>
    say(pool, piece, { voice, rate: piece.stretch.rate, joined: piece.joined, signal });
  try {
    yield* encoded(heard(steps, pool.size + 1, start), { ...format, signal, from: SAMPLE_RATE });
  } finally {
    stop();
  }
}

async function* marks(pool: Pool, request: MarksRequest): AsyncGenerator<SpeechMark> {
  const { runs, voice, types, signal: given, mostSeconds = MOST_SECONDS } = request;
  const steps = stepsOf(runs);
  const { signal, stop } = listening(given);
  const byWords = types.some((type) => type !== "viseme");
  const start = async (step: Step) => {
    if (step.kind !== "piece") return undefined;
    const manner = { voice, rate: step.stretch.rate, joined: step.joined, signal };
    const apart = byWords ? phonesByToken(pool, step.tokens, signal) : Promise.resolve([]);
    const [said, byToken] = await Promise.all([say(pool, step, manner), apart]);
    return { phones: said.phones, byToken, seconds: said.samples.length / SAMPLE_RATE };
  };
  let from = 0;
  try {
    for await (const [step, said] of inOrder(steps, pool.size + 1, start)) {
      const found = step.kind === "piece" && said !== undefined ? marksOf(step, said, from) : alone(step, from);
      for (const mark of found) if (types.includes(mark.type) && mark.time < mostSeconds * 1_000) yield mark;
      from += step.kind === "silence" ? samplesOf(step.ms) / SAMPLE_RATE : (said?.seconds ?? 0);
      if (from >= mostSeconds) return;
    }
  } finally {
    stop();
  }
}

/** A mark of SSML between silences. */
const alone = (step: Step, from: number): readonly SpeechMark[] => {
  if (step.kind !== "mark") return [];
  const { at: start, end, name: value } = step;
  return [{ time: Math.round(from * 1_000), type: "ssml", start, end, value }];
};

/** Makes the voice; no thread is started before the first request. */
export const createFliteSpeech = ({ fast, onError, threads = availableParallelism() - 1 }: SpeechOptions): Speech => {
  const size = Math.max(1, Math.min(MOST_THREADS, threads));
  const pool = createPool({ size, idleMs: IDLE_MS, onError });
  const voiceOf = (voice: FliteVoice): FliteVoice => (fast ? "kal16" : voice);
  return {
    audio: (request) => audio(pool, { ...request, voice: voiceOf(request.voice) }),
    marks: (request) => marks(pool, { ...request, voice: voiceOf(request.voice) }),
    close: pool.close,
  };
};
