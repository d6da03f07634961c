// The chunks of a post, spoken: each is bought once and kept, so that a crash loses what is in flight and nothing else.
import type { Metrics } from "@warmstart/middleware";
import { durationMs, type Mp3Frames, NotMp3, readFrames } from "./mp3-join.ts";
import { readOgg } from "./ogg.ts";
import { halve, type PlannedChunk } from "./plan.ts";
import type { AudioStore, ChunkAbout, JobStore, Speech, SpeechPort } from "./ports.ts";
import type { Hash, Post, PostError } from "./post.ts";

export interface SpeakPorts {
  readonly jobs: Pick<JobStore, "spend">;
  readonly audio: AudioStore;
  readonly speech: SpeechPort;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/** A chunk whose frames are in the cache. */
export interface Part {
  readonly chunk: PlannedChunk;
  readonly about: ChunkAbout;
  /** Its marks as Polly sent them. */
  readonly lines: string;
}

/** Ends a post: whoever tries again meets the same. */
export class Unspeakable extends Error {
  override readonly name = "Unspeakable";
  readonly error: PostError;

  constructor(code: string, detail: string) {
    super(code); // a detail of Polly's may quote the text
    this.error = { code, detail };
  }
}

/** Polly is asked for too much at once. */
export class Throttled extends Error {
  override readonly name = "Throttled";
}

/** Polly's 8 calls a second are for all that runs. */
const AT_ONCE = 4;
/** Polly cuts off at 600 s and does not say so. */
const CUT_MS = 599_000;
const MOST_HALVINGS = 2;

const hasSound = ({ text, textType }: PlannedChunk): boolean =>
  /[\p{L}\p{N}]/u.test(textType === "ssml" ? text.replaceAll(/<[^>]*>/g, "") : text);

/** Works on a few items at a time; after an error nothing more is begun, and what has begun is brought to its end. */
const inParallel = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  const waiting = items.entries();
  let isFailed = false;
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      if (isFailed) return;
      try {
        results[at] = await work(item);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
};

const NOTHING: Mp3Frames = { bare: new Uint8Array(), frames: 0, bytes: 0, samplesPerFrame: 1, sampleRate: 1 };

const framesOf = (bytes: Uint8Array, format: Post["format"]): Mp3Frames => {
  try {
    return format === "ogg" ? readOgg(bytes) : readFrames(bytes);
  } catch (error) {
    if (error instanceof NotMp3) return NOTHING;
    throw error;
  }
};

/** The same for the same chunk: a refrain is looked for and bought once. */
const once = <T>(make: (chunk: PlannedChunk) => Promise<T>): ((chunk: PlannedChunk) => Promise<T>) => {
  const made = new Map<Hash, Promise<T>>();
  return (chunk) => {
    const making = made.get(chunk.hash) ?? make(chunk);
    made.set(chunk.hash, making);
    return making;
  };
};

interface ChunkSource {
  readonly aboutOf: (chunk: PlannedChunk) => Promise<ChunkAbout>;
  readonly marksOf: (chunk: PlannedChunk) => Promise<string>;
}

/** Chunks and their marks in the cache; what is not there is bought, and kept. */
const chunkSource = ({ jobs, audio, speech, metrics, signal }: SpeakPorts, post: Post): ChunkSource => {
  const { owner, format } = post;

  const buy = async <T>({ chars }: PlannedChunk, call: () => Promise<Speech<T>>): Promise<T> => {
    signal.throwIfAborted();
    await jobs.spend(post.id, chars);
    metrics.add("polly_calls", 1);
    const answer = await call();
    const billed = answer.ok ? answer.billedChars : 0;
    if (billed !== chars) await jobs.spend(post.id, billed - chars);
    if (answer.ok) return answer.value;
    if (answer.outage !== undefined) throw answer.outage;
    const { code, detail } = answer.error;
    throw answer.permanent ? new Unspeakable(code, detail) : new Throttled(code);
  };

  const buyAudio = async (chunk: PlannedChunk): Promise<ChunkAbout> => {
    const bytes = await buy(chunk, () => speech.audio({ ...post, ...chunk }, signal));
    const { bare, offsets: _offsets, ...frames } = framesOf(bytes, format);
    if (frames.frames === 0 && hasSound(chunk)) throw new Unspeakable("no-audio", "Polly had nothing to say to it");
    const about = { ...frames, chars: chunk.chars };
    await audio.putChunk(owner, chunk.hash, about, bare);
    return about;
  };

  const buyMarks = async (chunk: PlannedChunk): Promise<string> => {
    const lines = await buy(chunk, () => speech.marks({ ...post, ...chunk }, signal));
    await audio.putChunkMarks(owner, chunk.hash, lines);
    return lines;
  };

  return {
    // What was cut off is kept too: the next delivery sees how long it is, and does not buy it again.
    aboutOf: once(async (chunk) => (await audio.chunk(owner, chunk.hash)) ?? buyAudio(chunk)),
    marksOf: once(async (chunk) => (await audio.chunkMarks(owner, chunk.hash)) ?? buyMarks(chunk)),
  };
};

/** Speaks what is not in the cache, a few chunks at a time. Throws Unspeakable and Throttled. */
export const speakChunks = async (
  ports: SpeakPorts,
  post: Post,
  chunks: readonly PlannedChunk[],
): Promise<readonly Part[]> => {
  const { aboutOf, marksOf } = chunkSource(ports, post);

  const speak = async (chunk: PlannedChunk, halvings = 0): Promise<readonly Part[]> => {
    if (chunk.textType === "text" && !hasSound(chunk)) return [];
    const about = await aboutOf(chunk);
    if (durationMs([about]) >= CUT_MS) {
      const halves = post.format === "mp3" && halvings < MOST_HALVINGS ? halve(chunk, post) : [];
      if (halves.length < 2) throw new Unspeakable("too-slow", "A part of it takes longer than ten minutes to say");
      const parts: Part[] = [];
      for (const half of halves) parts.push(...(await speak(half, halvings + 1)));
      return parts;
    }
    if (about.frames === 0) return [];
    return [{ chunk, about, lines: post.marks ? await marksOf(chunk) : "" }];
  };

  return (await inParallel(chunks, (chunk) => speak(chunk))).flat();
};
