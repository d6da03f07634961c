// Speech marks: when a word or sentence is spoken, and where it stands in the post.
import * as v from "valibot";
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

/** https://docs.aws.amazon.com/polly/latest/dg/output.html; the offsets count bytes of the request's text. */
const Line = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    time: v.pipe(v.number(), v.finite(), v.minValue(0)),
    type: v.picklist(["sentence", "word", "ssml"]),
    start: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    end: v.pipe(v.number(), v.safeInteger()),
    value: v.string(),
  }),
);

/** Bytes in UTF-8; both halves of a surrogate pair count with the second. */
const bytesOf = (unit: number): number => {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (unit >= 0xd800 && unit < 0xdc00) return 0;
  return unit >= 0xdc00 && unit < 0xe000 ? 4 : 3;
};

/** For each UTF-16 offset of a text, how many bytes are before it. */
const byteOffsets = (text: string): Uint32Array => {
  const offsets = new Uint32Array(text.length + 1);
  for (let at = 0, bytes = 0; at < text.length; at += 1) offsets[at + 1] = bytes += bytesOf(text.charCodeAt(at));
  return offsets;
};

/** The first offset with so many bytes before it or more: a cut inside of a character moves behind it. */
const offsetAt = (offsets: Uint32Array, bytes: number): number => {
  let low = 0;
  for (let high = offsets.length - 1; low < high;) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) >= bytes) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * `lines` as Polly sends them for the chunk, one JSON each; `offsetMs` is where the chunk's audio starts. Polly has ended
 * marks inside of a multi-byte character (https://github.com/aws/aws-sdk-js/issues/1683): they end behind it here. What is
 * no mark, or not one of this chunk, is dropped.
 */
export const readMarks = (
  lines: string,
  chunk: PlannedChunk,
  original: string,
  offsetMs: number,
): { readonly marks: readonly Mark[]; readonly dropped: number } => {
  const bytes = byteOffsets(chunk.text);
  const sent = lines.split("\n").filter((line) => line.trim() !== "");
  const placed = sent.flatMap((line) => {
    const { success, output: mark } = v.safeParse(Line, line);
    if (!success || mark.end > (bytes.at(-1) ?? 0) || mark.start >= mark.end) return [];
    const start = chunk.original(offsetAt(bytes, mark.start));
    const end = chunk.original(offsetAt(bytes, mark.end), true);
    const value = mark.type === "ssml" ? mark.value : original.slice(start, end);
    return [{ time: Math.round(mark.time + offsetMs), type: mark.type, start, end, value }];
  });
  // Only what is around the chunk: there may be thousands of them.
  const from = placed.reduce((least, { start }) => Math.min(least, start), original.length);
  const before = Buffer.byteLength(original.slice(0, from));
  const originalBytes = byteOffsets(
    original.slice(
      from,
      placed.reduce((most, { end }) => Math.max(most, end), from),
    ),
  );
  const byteOf = (at: number): number => before + (originalBytes[at - from] ?? 0);
  const marks = placed.map((mark) => ({ ...mark, startByte: byteOf(mark.start), endByte: byteOf(mark.end) }));
  return { marks, dropped: sent.length - marks.length };
};
