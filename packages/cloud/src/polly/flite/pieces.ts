// A text cut into pieces for flite: a long one eats memory (186 MB for 3,000 characters), and pieces are spoken at once.
import { type Token, tokensOf } from "./tokens.ts";

const MOST = 400;
const ABBREVIATION = /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|No|Fig|e\.g|i\.e|[A-Z])\.\s*$/;
/** With the space behind it. */
const LONGEST_ABBREVIATION = 12;
const CLAUSE = /[,;:]["')\]]*$/;

export interface Sentence {
  /** In UTF-16 units of the text, without the space around it. */
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly Token[];
}

/** Some sentences, or a part of one. */
export interface Piece {
  readonly tokens: readonly Token[];
}

const lengthOf = (tokens: readonly Token[]): number => tokens.reduce((sum, { spoken }) => sum + spoken.length + 1, 0);

/** ICU ends a sentence with each line. */
const inLine = (space: string): string => (space.split("\n").length === 2 ? " ".repeat(space.length) : space);

/** By ICU, joined again after abbreviations; a line's end is no sentence's end, a blank line is. */
export const sentencesOf = (text: string): readonly Sentence[] => {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  const joined: { start: number; end: number }[] = [];
  for (const { index: start, segment } of segmenter.segment(text.replace(/\s+/g, inLine))) {
    const end = start + segment.length;
    const last = joined.at(-1);
    if (
      last !== undefined &&
      ABBREVIATION.test(text.slice(Math.max(last.start, last.end - LONGEST_ABBREVIATION), last.end))
    )
      last.end = end; // prettier-ignore
    else joined.push({ start, end });
  }
  return joined.flatMap(({ start, end }) => {
    const sentence = text.slice(start, end);
    const [before, after] = [sentence.length - sentence.trimStart().length, sentence.trimEnd().length];
    const tokens = tokensOf(sentence, start);
    return tokens.length === 0 ? [] : [{ start: start + before, end: start + after, tokens }];
  });
};

/** Of a sentence that is too long: at the last clause of the second half, else wherever a word ends. */
const cut = (tokens: readonly Token[]): readonly Piece[] => {
  if (lengthOf(tokens) <= MOST) return [{ tokens }];
  let count = 0;
  for (let length = 0; (length += (tokens[count]?.spoken.length ?? 0) + 1) <= MOST + 1;) count++;
  const clause = tokens.slice(0, count).findLastIndex(({ spoken }) => CLAUSE.test(spoken)) + 1;
  const end = Math.max(1, clause > count / 2 ? clause : count);
  return [{ tokens: tokens.slice(0, end) }, ...cut(tokens.slice(end))];
};

/** Whole sentences as long as they fit together. */
export const piecesOf = (sentences: readonly Sentence[]): readonly Piece[] => {
  const pieces: { tokens: Token[] }[] = [];
  for (const { tokens } of sentences.flatMap(({ tokens }) => cut(tokens))) {
    const last = pieces.at(-1);
    if (last !== undefined && lengthOf(last.tokens) + lengthOf(tokens) <= MOST) last.tokens.push(...tokens);
    else pieces.push({ tokens: [...tokens] });
  }
  return pieces;
};
