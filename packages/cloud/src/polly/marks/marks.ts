// The speech marks of a piece: what is said when.
import type { Phone } from "../flite/voice.ts";
import type { SpokenPiece } from "../plan.ts";
import type { MarkType, SpeechMark } from "../speech-port.ts";
import { align } from "./align.ts";
import { visemesOf } from "./visemes.ts";

/** What was said of it; the phones of each of its words said alone. */
export interface Heard {
  readonly phones: readonly Phone[];
  readonly byToken: readonly (readonly Phone[])[];
  readonly seconds: number;
}

/** Marks at the same time come in this order. */
const ORDER: readonly MarkType[] = ["sentence", "ssml", "word", "viseme"];
const names = (phones: readonly Phone[]): readonly string[] => phones.map(({ name }) => name);

/** In order; `from` is when the piece starts, in seconds. */
export const marksOf = (
  piece: SpokenPiece,
  { phones, byToken, seconds }: Heard,
  from: number,
): readonly SpeechMark[] => {
  const { stretch, tokens, sentences } = piece;
  const first = align(names(phones), byToken.map(names));
  const time = (at: number): number => Math.round((from + at) * 1_000);
  const starts = tokens.map((_, index) => phones[first[index] ?? -1]?.start);
  /** When the first word from that place of the text on is said. */
  const timeAt = (place: number): number => {
    const index = tokens.findIndex(({ end }, index) => end > place && starts[index] !== undefined);
    return time(starts[index] ?? seconds);
  };
  const place = ({ start, end }: { readonly start: number; readonly end: number }) => ({
    start: stretch.starts[start] ?? 0,
    end: stretch.ends[end - 1] ?? 0,
    value: stretch.text.slice(start, end),
  });
  const words = tokens.flatMap((token, index): readonly SpeechMark[] => {
    const at = starts[index];
    const goesOn = tokens[index - 1]?.start === token.start; // a slice of a very long one
    return at === undefined || goesOn ? [] : [{ time: time(at), type: "word", ...place(token) }];
  });
  const named = stretch.marks.filter(({ index }) => index >= piece.from && index < piece.to);
  return [
    ...sentences.map((sentence): SpeechMark => ({
      time: timeAt(sentence.start),
      type: "sentence",
      ...place(sentence),
    })),
    ...named.map(({ mark: { at: start, end, name: value }, index }): SpeechMark => ({ time: timeAt(index), type: "ssml", start, end, value })), // prettier-ignore
    ...words,
    ...visemesOf(phones, seconds).map(({ at, value }): SpeechMark => ({ time: time(at), type: "viseme", value })),
  ].toSorted((one, other) => one.time - other.time || ORDER.indexOf(one.type) - ORDER.indexOf(other.type));
};
