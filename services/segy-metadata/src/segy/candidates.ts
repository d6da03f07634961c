// Every layout that the declared numbers of a file allow; which of them is true, the traces decide.
import {
  readBinaryHeader,
  HEAD_BYTES,
  ORDER_CONSTANT_AT,
  revisionOf,
  SAMPLE_FORMATS,
  TEXT_BYTES,
  type BinaryHeader,
} from "./binary-header.ts";
import { dataViewOf, HEADER_BYTES, swapPairs, type ByteOrder } from "./field.ts";
import type { Format } from "../document/metadata.ts";
import { NSAMPS_AT } from "./probe-headers.ts";

export const BYTE_ORDERS: readonly ByteOrder[] = ["big", "little", "swapped"];

/** A file's first bytes under the assumption of one byte order. */
export interface Reading {
  readonly byteOrder: ByteOrder;
  readonly little: boolean;
  readonly binary: BinaryHeader;
  readonly revision: { readonly raw: string; readonly effective: number | null };
  /** The constant of bytes 3297-3300 says this order. */
  readonly declared: boolean;
}

export interface Candidate {
  readonly container: "segy" | "su";
  readonly byteOrder: ByteOrder;
  readonly reading: Reading | null;
  readonly firstTrace: number;
  readonly traceHeaders: number;
  readonly textRecords: number;
  readonly samples: number;
  readonly samplesFrom: Format["samples"]["from"];
  readonly sampleCode: number | null;
  readonly sampleBytes: number;
  readonly traceLength: number;
}

const CONSTANTS: Readonly<Record<ByteOrder, string>> = { big: "01020304", little: "04030201", swapped: "02010403" };

export const readingOf = (head: Uint8Array, byteOrder: ByteOrder): Reading => {
  const bytes = head.subarray(0, HEAD_BYTES);
  const little = byteOrder === "little";
  const revision = revisionOf(bytes);
  const view = dataViewOf(byteOrder === "swapped" ? swapPairs(bytes) : bytes);
  const constant = Buffer.from(bytes.subarray(ORDER_CONSTANT_AT, ORDER_CONSTANT_AT + 4)).toString("hex");
  // Single bytes are no pairs: their order is that of the file.
  const binary = {
    ...readBinaryHeader(view, little, revision.effective ?? 0),
    revisionMajor: bytes[3500] ?? 0,
    revisionMinor: bytes[3501] ?? 0,
  };
  return { byteOrder, little, binary, revision, declared: constant === CONSTANTS[byteOrder] };
};

/** Sizes to try when the code is none of the standard's; 4 first, as most files have it. */
const GUESSED_BYTES = [4, 2, 1, 3, 8];
const MOST_TRACE_HEADERS = 1000;

const distinct = (values: readonly number[]): readonly number[] => [...new Set(values)];

const headerCounts = ({ binary, revision }: Reading): readonly number[] => {
  if ((revision.effective ?? 0) < 2) return [1];
  const extra = [binary["traceHeadersRev21"] ?? 0, binary["traceHeadersRev20"] ?? 0];
  return distinct([...extra.filter((count) => count > 0 && count < MOST_TRACE_HEADERS).map((count) => count + 1), 1]);
};

type Samples = readonly [count: number, from: Candidate["samplesFrom"]];

const sampleCounts = ({ binary, little }: Reading, head: Uint8Array, firstTrace: number): readonly Samples[] => {
  const { byteOffset, length } = head;
  const inHead = firstTrace + HEADER_BYTES <= length;
  const header = inHead ? new DataView(head.buffer, byteOffset + firstTrace, HEADER_BYTES) : undefined;
  const all: Samples[] = [
    [binary["extendedSamples"] ?? 0, "binary extended"],
    [binary["samples"] ?? 0, "binary"],
    [header?.getUint16(NSAMPS_AT, little) ?? 0, "trace header"],
  ];
  return all.filter(([count], at) => count > 0 && all.findIndex(([other]) => other === count) === at);
};

/** All layouts of one reading that begin after one of the given numbers of extended text records. */
export const segyCandidates = (
  reading: Reading,
  head: Uint8Array,
  recordCounts: readonly number[],
): readonly Candidate[] => {
  const { binary, byteOrder } = reading;
  const code = binary["sampleFormat"] ?? 0;
  const format = SAMPLE_FORMATS[code];
  const starts = recordCounts.map((records): [number, number] => [records, HEAD_BYTES + TEXT_BYTES * records]);
  const offset = binary["firstTraceOffset"] ?? 0;
  if (offset >= HEAD_BYTES && Number.isSafeInteger(offset)) starts.unshift([Math.max(0, recordCounts[0] ?? 0), offset]);
  // In swapped files 2-byte fields read as little-endian ones do.
  const samplesReading = byteOrder === "swapped" ? { ...reading, little: true } : reading;
  return starts.flatMap(([textRecords, firstTrace]) =>
    headerCounts(reading).flatMap((traceHeaders) =>
      sampleCounts(samplesReading, head, firstTrace).flatMap(([samples, samplesFrom]) =>
        (format ? [format.bytes] : GUESSED_BYTES).map((sampleBytes) => ({
          container: "segy" as const,
          byteOrder,
          reading,
          firstTrace,
          traceHeaders,
          textRecords,
          samples,
          samplesFrom,
          sampleCode: format ? code : null,
          sampleBytes,
          traceLength: HEADER_BYTES * traceHeaders + samples * sampleBytes,
        })),
      ),
    ),
  );
};

/** Seismic Unix: traces from the first byte on, IEEE floats, no heads. */
export const suCandidates = (head: Uint8Array): readonly Candidate[] =>
  BYTE_ORDERS.flatMap((byteOrder) => {
    if (head.length < HEADER_BYTES) return [];
    const little = byteOrder !== "big";
    const samples = dataViewOf(head).getUint16(NSAMPS_AT, little);
    if (samples === 0) return [];
    return [
      {
        container: "su" as const,
        byteOrder,
        reading: null,
        firstTrace: 0,
        traceHeaders: 1,
        textRecords: 0,
        samples,
        samplesFrom: "trace header" as const,
        sampleCode: 5,
        sampleBytes: 4,
        traceLength: HEADER_BYTES + 4 * samples,
      },
    ];
  });
