// What speaking a post takes: its chunks with their names in the cache, how long it will be, and what it costs.
import { createHash } from "node:crypto";
import { chunkText, MAX_BILLED, SPEAKS } from "./chunk.ts";
import type { Hash, TextType, Voicing } from "./post.ts";
import prices from "./prices.json" with { type: "json" };
import { chunkSsml, MAX_SECONDS, type SsmlLimits } from "./ssml-chunks.ts";
import { CHARACTERS_PER_SECOND, readSsml, SsmlFault } from "./ssml.ts";

/** One call of Polly. */
export interface PlannedChunk {
  readonly text: string;
  readonly textType: TextType;
  /** Billed for the audio; as many again for its marks. */
  readonly chars: number;
  /** Estimated. */
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

type Uncounted = Omit<PlannedChunk, "hash" | "textType">;

/** In every hash: another cut of the same text is another audio. */
const CHUNKER_VERSION = 1;

const sha256 = (value: unknown): Hash => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** A text in NFC, so that it is the same audio however an é was typed, and where its offsets come from. */
const normalize = (text: string): { readonly text: string; readonly from: (at: number) => number } => {
  if (text.normalize("NFC") === text) return { text, from: (at) => at };
  const from: number[] = [];
  let composed = "";
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    const grapheme = segment.normalize("NFC");
    for (let unit = 0; unit < grapheme.length; unit += 1) from.push(index + Math.min(unit, segment.length - 1));
    composed += grapheme;
  }
  return { text: composed, from: (at) => from[at] ?? text.length };
};

const textChunks = (content: string, language: string, limit: number): readonly Uncounted[] => {
  const { text, from } = normalize(content);
  return chunkText(text, language, limit)
    .filter((chunk) => SPEAKS.test(chunk.text))
    .map((chunk) => {
      const start = chunk.start + chunk.text.length - chunk.text.trimStart().length;
      const trimmed = chunk.text.trim();
      const chars = trimmed.length;
      return { text: trimmed, chars, seconds: chars / CHARACTERS_PER_SECOND, original: (at) => from(start + at) };
    });
};

const chunksOf = (
  content: string,
  voicing: Voicing & { textType: TextType },
  limits: SsmlLimits,
): readonly PlannedChunk[] => {
  const { textType, voice, engine, language, format, sampleRate, lexicons } = voicing;
  const chunks: readonly Uncounted[] =
    textType === "text"
      ? textChunks(content, language, limits.billed)
      : chunkSsml(readSsml(content, engine), language, limits).map(({ offset, ...chunk }) => ({
          ...chunk,
          original: offset,
        }));
  const names = lexicons.map(({ name, hash }) => [name, hash]);
  const how = [textType, voice, engine, language, format, sampleRate, names, CHUNKER_VERSION];
  return chunks.map((chunk) => ({ ...chunk, textType, hash: sha256([chunk.text, ...how]) }));
};

/** Throws SsmlFault. */
export const planSpeech = (post: Speakable): Plan => {
  const chunks = chunksOf(post.content, post, { billed: MAX_BILLED, seconds: MAX_SECONDS });
  const chars = chunks.reduce((sum, chunk) => sum + chunk.chars, 0) * (post.marks ? 2 : 1);
  return {
    chunks,
    // Marks tell places in the post, so theirs are those of this very content.
    postHash: sha256([chunks.map(({ hash }) => hash), post.marks && post.content]),
    chars,
    estimateSeconds: Math.ceil(chunks.reduce((sum, { seconds }) => sum + seconds, 0)),
    microUsd: chars * prices.microUsdPerCharacter[post.engine],
  };
};

/** A chunk that Polly cut off at ten minutes, in two or more; itself when it cannot be cut. */
export const halve = (chunk: PlannedChunk, voicing: Voicing): readonly PlannedChunk[] => {
  const limits = { billed: Math.max(2, Math.ceil(chunk.chars / 2)), seconds: chunk.seconds / 2 };
  try {
    const halves = chunksOf(chunk.text, { ...voicing, textType: chunk.textType }, limits);
    return halves.map((half) => ({ ...half, original: (at, end) => chunk.original(half.original(at, end), end) }));
  } catch (error) {
    if (error instanceof SsmlFault) return [chunk];
    throw error;
  }
};
