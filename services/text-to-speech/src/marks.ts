// Speech marks: when a word or sentence is spoken, and where it stands in the post.
import type { PlannedChunk } from "./plan.ts";

export interface Mark {
  /** From the start of the post's audio, in ms. */
  readonly time: number;
  readonly type: "sentence" | "word" | "ssml";
  /** UTF-16 offsets in the post. */
  readonly start: number;
  readonly end: number;
  /** UTF-8 offsets in the post. */
  readonly startByte: number;
  readonly endByte: number;
  /** What stands there; the name for `ssml`. */
  readonly value: string;
}

/** `lines` as Polly sends them for the chunk, one JSON each; `offsetMs` is where the chunk's audio starts. */
export const readMarks = (
  _lines: string,
  _chunk: PlannedChunk,
  _original: string,
  _offsetMs: number,
): { readonly marks: readonly Mark[]; readonly dropped: number } => ({ marks: [], dropped: 0 });
