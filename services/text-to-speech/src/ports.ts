// What the service needs of the world; src/dynamo-*.ts, s3-*.ts and polly-*.ts are AWS behind it.
import type { Audio, Hash, Post, PostError, PostId, TextType, Voicing } from "./post.ts";

/** Posts as routes see them. */
export interface PostStore {
  readonly get: (id: PostId) => Promise<Post | undefined>;
  /**
   * One transaction: the post, the day's budget, and one more user of its audio when that is there. `limitMicroUsd` is
   * the day's.
   */
  readonly create: (post: Post, limitMicroUsd: number) => Promise<"created" | "over-budget">;
  /** Newest first. */
  readonly list: (
    owner: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ) => Promise<{ readonly posts: readonly Post[]; readonly next?: string | undefined }>;
  readonly audio: (owner: string, postHash: Hash) => Promise<Audio | undefined>;
  /** Ends the post and its use of the audio; true when nobody uses that any more. */
  readonly remove: (post: Post) => Promise<boolean>;
  /** The secret in an owner's feed address: made once. */
  readonly feedToken: (owner: string) => Promise<string>;
  readonly knownFeedToken: (owner: string) => Promise<string | undefined>;
}

export interface Spoken {
  readonly durationMs: number;
  readonly bytes: number;
  readonly billedChars: number;
  readonly cachedChars: number;
}

/** Posts as the job sees them; each change holds only for the version that was read. */
export interface JobStore {
  readonly get: (id: PostId) => Promise<Post | undefined>;
  /** Takes the post until then; undefined when another delivery has it or it has changed. */
  readonly lease: (post: Post, until: number) => Promise<Post | undefined>;
  /** One transaction: ready, its audio, and what was reserved but not billed back to that day's budget. */
  readonly settle: (post: Post, spoken: Spoken) => Promise<boolean>;
  /** Ends in `failed`, and gives back what was reserved. */
  readonly fail: (post: Post, error: PostError) => Promise<boolean>;
}

/** Bare frames of a chunk in the cache, with what a joiner must know. */
export interface ChunkAbout {
  readonly frames: number;
  readonly bytes: number;
  readonly samplesPerFrame: number;
  readonly sampleRate: number;
  readonly chars: number;
}

export interface AudioStore {
  readonly text: (id: PostId) => Promise<string>;
  readonly chunk: (owner: string, hash: Hash) => Promise<ChunkAbout | undefined>;
  readonly putChunk: (owner: string, hash: Hash, about: ChunkAbout, frames: Uint8Array) => Promise<void>;
  readonly readChunk: (owner: string, hash: Hash) => Promise<Uint8Array>;
  /** One object from parts that come one after another; nothing is left when it fails. Answers its size. */
  readonly putAudio: (post: Post, parts: AsyncIterable<Uint8Array>) => Promise<number>;
  readonly chunkMarks: (owner: string, hash: Hash) => Promise<string | undefined>;
  readonly putChunkMarks: (owner: string, hash: Hash, lines: string) => Promise<void>;
  readonly putMarks: (post: Post, json: string) => Promise<void>;
}

/** A call of Polly for one chunk. */
export interface SpeechRequest extends Voicing {
  readonly text: string;
  readonly textType: TextType;
}

/** `permanent`: the same call would fail again, so the post fails with the reason; else it is tried again. */
export type Speech<T> =
  | { readonly ok: true; readonly value: T; readonly billedChars: number }
  | { readonly ok: false; readonly permanent: boolean; readonly error: PostError };

export interface SpeechPort {
  readonly audio: (request: SpeechRequest, signal: AbortSignal) => Promise<Speech<Uint8Array>>;
  /** JSON lines as Polly sends them. */
  readonly marks: (request: SpeechRequest, signal: AbortSignal) => Promise<Speech<string>>;
}

export interface Voice {
  readonly id: string;
  readonly name: string;
  readonly gender: string;
  readonly language: string;
  readonly languages: readonly string[];
  readonly engines: readonly string[];
}

export interface VoicePort {
  readonly voices: () => Promise<readonly Voice[]>;
  /** SHA-256 of its content; undefined when there is no such lexicon. */
  readonly lexiconHash: (name: string) => Promise<Hash | undefined>;
}
