// A request as what happens one after the other: pieces that are spoken, silences, marks.
import { type Piece, piecesOf, type Sentence, sentencesOf } from "./flite/pieces.ts";
import { isSpeakable } from "./flite/tokens.ts";
import { NothingToSpeak, type Run } from "./speech-port.ts";
import { type NamedMark, type Stretch, stretchesOf } from "./stretches.ts";

export interface SpokenPiece extends Piece {
  readonly kind: "piece";
  readonly stretch: Stretch;
  /** Those that begin in it. */
  readonly sentences: readonly Sentence[];
  /** Goes on from speech without the pause at its start. */
  readonly joined: boolean;
  /** What of its stretch is before the end of its last word; the last piece has what is behind it too. */
  readonly from: number;
  readonly to: number;
}

export type Step = SpokenPiece | { readonly kind: "silence"; readonly ms: number } | NamedMark;

const spoken = (stretch: Stretch, goesOn: boolean): readonly SpokenPiece[] => {
  const sentences = sentencesOf(stretch.text);
  const pieces = piecesOf(sentences);
  const ends = pieces.map(({ tokens }) => tokens.at(-1)?.end ?? 0);
  return pieces.map((piece, index, { length }) => {
    const from = ends[index - 1] ?? 0;
    const to = index === length - 1 ? Number.POSITIVE_INFINITY : (ends[index] ?? 0);
    const within = sentences.filter(({ tokens: [first] }) => first !== undefined && first.start >= from && first.start < to); // prettier-ignore
    return { ...piece, kind: "piece", stretch, sentences: within, joined: goesOn || index > 0, from, to };
  });
};

/** Throws {@link NothingToSpeak} for a text without a sound; silence alone is silence. */
export const stepsOf = (runs: readonly Run[]): readonly Step[] => {
  const parts = stretchesOf(runs);
  const texts = parts.filter((part) => part.kind === "speech").map(({ text }) => text);
  const silent = texts.every((text) => text.trim() === "");
  if (silent ? !parts.some(({ kind }) => kind === "silence") : !texts.some(isSpeakable)) throw new NothingToSpeak();
  return parts.flatMap((part, index): readonly Step[] => {
    if (part.kind !== "speech") return [part];
    const pieces = spoken(part, parts[index - 1]?.kind === "speech");
    return pieces.length > 0 ? pieces : part.marks.map(({ mark }) => mark);
  });
};
