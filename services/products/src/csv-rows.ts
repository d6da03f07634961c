// The rows of a CSV file (RFC 4180) as it is read, each with its line. No column may hold a line break, so every line
// stands by itself: a quote that is never closed costs its own line, and no line after it.
import { isUtf8 } from "node:buffer";
import { CsvError, parse } from "csv-parse/sync";

/** Far above the longest good row; what a longer line holds is not kept. */
export const MOST_LINE_BYTES = 64 * 1024;

/** Where reading begins or goes on: the first byte of a line, and the line's number, from 1. */
export interface Position {
  readonly byteOffset: number;
  readonly line: number;
}

type BrokenLine = "line-too-long" | "nul-byte" | "not-utf-8" | "broken-quoting";

export type CsvRow = {
  readonly line: number;
  /** Where to go on after this row. */
  readonly next: Position;
  /** As they came, at most `MOST_LINE_BYTES`, without the line's end. */
  readonly bytes: Buffer;
} & ({ readonly fields: readonly string[] } | { readonly broken: BrokenLine });

const [LF, CR] = [10, 13];
const BOM = Buffer.from("\uFEFF");

interface Line {
  readonly bytes: Buffer;
  readonly isTooLong: boolean;
  readonly next: Position;
}

/** Lines without their ends. Holds one chunk and one line, however large the file or the line is. */
const linesOf = async function* (chunks: AsyncIterable<Uint8Array>, from: Position): AsyncGenerator<Line> {
  let { byteOffset, line } = from;
  let begun = Buffer.alloc(0);
  let begunBytes = 0;
  const ended = (tail: Uint8Array, end: 0 | 1): Line => {
    const sizeBytes = begunBytes + tail.length;
    const bytes = begunBytes > 0 ? kept(begun, tail) : viewOf(tail);
    byteOffset += sizeBytes + end;
    line += 1;
    [begun, begunBytes] = [Buffer.alloc(0), 0];
    return { bytes, isTooLong: sizeBytes > MOST_LINE_BYTES, next: { byteOffset, line } };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      yield ended(chunk.subarray(start, end), 1);
      start = end + 1;
    }
    const tail = chunk.subarray(start);
    begun = kept(begun, tail);
    begunBytes += tail.length;
  }
  if (begunBytes > 0) yield ended(new Uint8Array(), 0);
};

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, Math.min(length, MOST_LINE_BYTES));

const kept = (begun: Uint8Array, tail: Uint8Array): Buffer<ArrayBuffer> =>
  Buffer.concat([begun, tail.subarray(0, MOST_LINE_BYTES - begun.length)]);

const read = (bytes: Buffer): { readonly fields: readonly string[] } | { readonly broken: BrokenLine } => {
  if (bytes.includes(0)) return { broken: "nul-byte" };
  if (!isUtf8(bytes)) return { broken: "not-utf-8" };
  try {
    const [fields = []] = parse(bytes, { record_delimiter: "\n" });
    return { fields };
  } catch (error) {
    if (error instanceof CsvError) return { broken: "broken-quoting" }; // of one line nothing else can be wrong
    throw error;
  }
};

/** The rows from a position on, whatever the cuts between the chunks. Empty lines count as lines, and are no rows. */
export const csvRows = async function* (chunks: AsyncIterable<Uint8Array>, from: Position): AsyncGenerator<CsvRow> {
  let line = from.line;
  for await (const { bytes: whole, isTooLong, next } of linesOf(chunks, from)) {
    const start = line === 1 && whole.indexOf(BOM) === 0 ? BOM.length : 0;
    const bytes = whole.subarray(start, whole.at(-1) === CR ? -1 : undefined);
    if (bytes.length > 0) yield { line, next, bytes, ...(isTooLong ? { broken: "line-too-long" } : read(bytes)) };
    line = next.line;
  }
};
