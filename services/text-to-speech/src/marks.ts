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
  const originalBytes = byteOffsets(original);
  const sent = lines.split("\n").filter((line) => line.trim() !== "");
  const marks = sent.flatMap((line): readonly Mark[] => {
    const read = v.safeParse(Line, line);
    if (!read.success || read.output.end > (bytes.at(-1) ?? 0) || read.output.start >= read.output.end) return [];
    const { time, type, value } = read.output;
    const start = chunk.original(offsetAt(bytes, read.output.start));
    const end = chunk.original(offsetAt(bytes, read.output.end), true);
    const [startByte = 0, endByte = 0] = [originalBytes[start], originalBytes[end]];
    const said = type === "ssml" ? value : original.slice(start, end);
    return [{ time: Math.round(time + offsetMs), type, start, end, startByte, endByte, value: said }];
  });
  return { marks, dropped: sent.length - marks.length };
};
