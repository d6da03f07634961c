// What the service needs of the world; src/dynamo-*.ts, s3-*.ts and polly-*.ts are AWS behind it.
import type { Audio, Hash, ListedPost, Post, PostError, PostId, RemovedPost, TextType, Voicing } from "./post.ts";

/** Posts as routes see them. */
export interface PostStore {
  readonly get: (id: PostId) => Promise<Post | undefined>;
  /**
   * One transaction: the post, and its price from the day's budget, of which there is `limitMicroUsd`; a post that is
   * ready has no price, and is one more user of its audio.
   */
  readonly create: (post: Post, limitMicroUsd: number) => Promise<"created" | "exists" | "over-budget" | "audio-gone">;
  /** Newest first, without their texts. */
  readonly list: (
    owner: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ) => Promise<{ readonly posts: readonly ListedPost[]; readonly next?: string | undefined }>;
  /** Undefined also while it is being deleted. */
  readonly audio: (owner: string, postHash: Hash) => Promise<Audio | undefined>;
  /** Ends the post, its use of the audio, and what is reserved for it and not begun; false when it has changed. */
  readonly remove: (post: Post) => Promise<boolean>;
  /** What is left of a removed post, for a month. */
  readonly removed: (id: PostId) => Promise<RemovedPost | undefined>;
  /** Whether nobody uses the audio any more: then no job stores it anew for a while. False when there is none. */
  readonly takeUnused: (owner: string, postHash: Hash) => Promise<boolean>;
  /** Its row, after its objects; only while nobody uses it. */
  readonly forgetAudio: (owner: string, postHash: Hash) => Promise<void>;
  /** The secret in an owner's feed address: made once. */
  readonly feedToken: (owner: string) => Promise<string>;
  readonly knownFeedToken: (owner: string) => Promise<string | undefined>;
  /** Of that day's budget, in UTC. */
  readonly spent: (date: string) => Promise<number>;
}

/** Objects as routes see them. */
export interface PostFiles {
  readonly putText: (id: PostId, content: string) => Promise<void>;
  readonly removeText: (id: PostId) => Promise<void>;
  /** Audio and marks. */
  readonly removeAudio: (post: RemovedPost) => Promise<void>;
}

/** URLs that are good for an hour. */
export interface PostLinks {
  readonly audio: (post: Pick<Post, "owner" | "postHash" | "format">) => Promise<string>;
  readonly marks: (post: Pick<Post, "owner" | "postHash">) => Promise<string>;
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
  /** Gives it back before that, for the next delivery; false when it has changed. */
  readonly release: (post: Post) => Promise<boolean>;
  /** Also while it is being deleted: then nobody uses it any more. */
  readonly audio: (post: Post) => Promise<Audio | undefined>;
  readonly removed: PostStore["removed"];
  /** Like `takeUnused` of posts; also when there is no such audio, so that nobody settles with it meanwhile. */
  readonly takeUnused: (post: RemovedPost) => Promise<boolean>;
  /** Notes characters before Polly is asked for them, so that no crash hides what was billed; gives back below zero. */
  readonly spend: (id: PostId, chars: number) => Promise<void>;
  readonly spent: (id: PostId) => Promise<number>;
  /**
   * One transaction: ready, one more user of its audio, and what was reserved but not billed back to that day's budget.
   * `hasAudio`: another post's; else this one has just stored it.
   */
  readonly settle: (post: Post, spoken: Spoken, hasAudio: boolean) => Promise<"settled" | "changed" | "audio-gone">;
  /** Gives back what was reserved and not billed for a post that is no longer there. */
  readonly giveBack: (post: Post) => Promise<void>;
  /** Ends in `failed`, and gives back what was reserved and not billed. */
  readonly fail: (post: Post, error: PostError) => Promise<boolean>;
}

/** Bare frames of a chunk in the cache, with what a joiner must know. */
export interface ChunkAbout {
  readonly frames: number;
  readonly bytes: number;
  readonly samplesPerFrame: number;
  readonly sampleRate: number;
  readonly channels?: 1 | 2 | undefined;
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

/**
 * Nothing is billed when it is not ok. `permanent`: the same call would fail again, so the post fails with the reason;
 * else it is tried again: after an `outage` as the queue has it.
 */
export type Speech<T> =
  | { readonly ok: true; readonly value: T; readonly billedChars: number }
  | {
      readonly ok: false;
      readonly permanent: boolean;
      readonly error: PostError;
      readonly outage?: Error | undefined;
    };

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
