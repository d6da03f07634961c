// SEG-Y files of any kind and size, whole or with faults: the same options give the same bytes, in any range of them.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { HEADER_BYTES, type ByteOrder, type FieldType } from "../src/segy/field.ts";
import type { TextEncoding } from "../src/document/metadata.ts";
import { acquire, DEFAULT_FRAME, grid, type Frame, type Point, type SurveyOptions } from "./acquisition.ts";
import { sampleBytesOf, section } from "./amplitudes.ts";
import { binaryHeader, textPart } from "./file-heads.ts";
import { headerWriter } from "./header-writer.ts";
import { randomNumbers, traceOrder, type OrderFault } from "./trace-order.ts";

/** What is wrong with single bytes: in headers, and at the end of the file. */
export type ByteFault =
  /** A value in the binary header; bytes as in the standard (3201 to 3600). */
  | { readonly fault: "binary"; readonly byte: number; readonly type?: FieldType; readonly value: number }
  /** A value in trace headers: of all traces, or of `[from, to)`. */
  | {
      readonly fault: "header";
      /** A name of src/segy/trace-header.ts, or a byte with a type. */
      readonly field: string | number;
      readonly type?: FieldType;
      readonly value: number;
      readonly traces?: readonly [number, number];
    }
  /** 240 random bytes in place of the header. */
  | { readonly fault: "garble"; readonly trace: number; readonly seed?: number }
  | { readonly fault: "cut"; readonly sizeBytes: number }
  | { readonly fault: "append"; readonly bytes: Uint8Array };

export type Fault = OrderFault | ByteFault;

export interface SegyOptions {
  readonly container?: "segy" | "su";
  readonly byteOrder?: ByteOrder;
  readonly sampleCode?: number;
  readonly samples?: number;
  /** Traces of different lengths; declared as such in byte 3503. */
  readonly samplesOf?: (trace: number) => number;
  readonly intervalUs?: number;
  readonly survey?: SurveyOptions;
  readonly frame?: Partial<Frame>;
  readonly coordinates?: Partial<CoordinateOptions>;
  readonly text?: { readonly encoding?: TextEncoding; readonly lines?: readonly string[] };
  /** Extended text, each from a new record on; `declared` replaces their number in byte 3505. */
  readonly records?: readonly { readonly text: string; readonly encoding?: TextEncoding }[];
  readonly declaredRecords?: number;
  /** Bytes 3501 and 3502; from 2 on the fields of revision 2 are filled. */
  readonly revision?: readonly [major: number, minor: number];
  readonly byteOrderConstant?: boolean;
  /** Headers of 240 bytes per trace; the second is the standard's extension SEG00001. */
  readonly traceHeaders?: number;
  /** All fields of the first trace header stand so many bytes later. */
  readonly shiftBytes?: number;
  /** More values by name (src/segy/trace-header.ts): the same in all traces, or of each. */
  readonly fields?: Readonly<Record<string, number | ((trace: number) => number)>>;
  /** `zero` costs no time. */
  readonly amplitudes?: "layers" | "zero";
  readonly faults?: readonly Fault[];
}

export interface CoordinateOptions {
  readonly bytes: readonly [x: number, y: number];
  readonly type: "i4" | "f4" | "ibm4";
  /** As it stands in byte 71; no float is scaled. */
  readonly scalar: number;
  /** Byte 89: 1 length, 2 arc seconds, 3 degrees, 4 degrees-minutes-seconds. */
  readonly unit: number;
}

export interface SegyFile {
  readonly sizeBytes: number;
  readonly firstTrace: number;
  /** Of a trace with the file's own number of samples. */
  readonly traceLength: number;
  readonly traces: number;
  /** Numbers of a trace, from the slow key of the file to the fast. */
  readonly keysOf: (trace: number) => readonly number[];
  /** In metres: of a line and a crossline number; 2D: of 0 and a position's number. */
  readonly pointOf: (line: number, crossline: number) => Point;
  readonly read: (start: number, end: number) => Buffer;
}

const FIRST_TRACE = 3600;

interface Places {
  readonly at: (trace: number) => number;
  readonly traceAt: (offset: number) => number;
}

const evenPlaces = (first: number, length: number): Places => ({
  at: (trace) => first + trace * length,
  traceAt: (offset) => Math.floor((offset - first) / length),
});

const unevenPlaces = (first: number, traces: number, lengthOf: (trace: number) => number): Places => {
  const places = new Float64Array(traces + 1).fill(first);
  for (let trace = 0; trace < traces; trace++) places[trace + 1] = (places[trace] ?? 0) + lengthOf(trace);
  return { at: (trace) => places[trace] ?? 0, traceAt: (offset) => places.findLastIndex((place) => place <= offset) };
};

/** The size after all cuts, and what hangs on at the end. */
const ending = (whole: number, faults: readonly Fault[]): { readonly body: number; readonly tail: Buffer } => {
  let body = whole;
  let tail = Buffer.alloc(0);
  for (const each of faults) {
    if (each.fault === "append") tail = Buffer.concat([tail, each.bytes]);
    if (each.fault !== "cut") continue;
    tail = tail.subarray(0, Math.max(0, each.sizeBytes - body));
    body = Math.min(body, each.sizeBytes);
  }
  return { body, tail };
};

const garbled = (faults: readonly Fault[]): ReadonlyMap<number, Buffer> =>
  new Map(
    faults.flatMap((each) => {
      if (each.fault !== "garble") return [];
      const random = randomNumbers(each.seed ?? each.trace + 1);
      return [[each.trace, Buffer.from(Array.from({ length: HEADER_BYTES }, () => random() * 256))] as const];
    }),
  );

const isOrderFault = (each: Fault): each is OrderFault =>
  !["binary", "header", "garble", "cut", "append"].includes(each.fault);

/** The file that the options describe; nothing of it exists before it is read. */
export const segyFile = (options: SegyOptions = {}): SegyFile => {
  const { container = "segy", byteOrder = "big", sampleCode = 5, samples = 20, samplesOf, faults = [] } = options;
  const { traceHeaders = 1, amplitudes = "layers", survey = grid(10, 12) } = options;
  const { shape, heading, pointOf } = acquire(survey, { ...DEFAULT_FRAME, ...options.frame });
  const { traces, cellAt } = traceOrder(shape, faults.filter(isOrderFault));
  const headersBytes = traceHeaders * HEADER_BYTES;
  const lengthOf = (trace: number): number =>
    headersBytes + (samplesOf?.(trace) ?? samples) * sampleBytesOf(sampleCode);
  const traceLength = headersBytes + samples * sampleBytesOf(sampleCode);

  const text = container === "su" ? Buffer.alloc(0) : textPart(options);
  const firstTrace = container === "su" ? 0 : FIRST_TRACE + text.length - 3200;
  const head =
    container === "su"
      ? text
      : Buffer.concat([
          text.subarray(0, 3200),
          binaryHeader(options, { shape, traces, firstTrace }),
          text.subarray(3200),
        ]);
  const places = samplesOf ? unevenPlaces(firstTrace, traces, lengthOf) : evenPlaces(firstTrace, traceLength);
  const { body, tail } = ending(places.at(traces), faults);

  const writeHeader = headerWriter(options);
  const layers = amplitudes === "layers" ? section(sampleCode, samples, byteOrder === "little") : undefined;
  const noise = garbled(faults);

  /** As much of a trace as the target holds. */
  const writeTrace = (target: Buffer, trace: number): void => {
    const of = heading(cellAt(trace));
    const headers = Buffer.alloc(headersBytes);
    writeHeader(headers, trace, { ...of, samples: samplesOf?.(trace) ?? samples });
    noise.get(trace)?.copy(headers);
    headers.copy(target);
    if (layers && target.length > headersBytes) layers.fill(target.subarray(headersBytes), ...of.share);
    if (byteOrder === "swapped") target.subarray(0, target.length & ~1).swap16();
  };

  const read = (start: number, end: number): Buffer => {
    if (start < 0 || end > body + tail.length) throw new RangeError(`${start}-${end} is beyond the file`);
    const bytes = Buffer.alloc(Math.max(0, end - start));
    const lastByte = Math.min(end, body);
    if (start < head.length) head.copy(bytes, 0, start, Math.min(head.length, lastByte));
    let trace = start < lastByte ? Math.max(0, places.traceAt(Math.max(start, firstTrace))) : traces;
    for (; trace < traces && places.at(trace) < lastByte; trace++) {
      const [from, to] = [places.at(trace), places.at(trace + 1)];
      if (from >= start && to <= lastByte) {
        writeTrace(bytes.subarray(from - start, to - start), trace);
        continue;
      }
      const part = Buffer.alloc(Math.min(to - from, lastByte - from + ((lastByte - from) % 2)));
      writeTrace(part, trace);
      part.copy(bytes, Math.max(0, from - start), Math.max(0, start - from), lastByte - from);
    }
    if (end > body) tail.copy(bytes, Math.max(0, body - start), Math.max(0, start - body));
    return bytes;
  };

  return {
    sizeBytes: body + tail.length,
    firstTrace,
    traceLength,
    traces,
    keysOf: (trace) => heading(cellAt(trace)).keys,
    pointOf,
    read,
  };
};

/** The whole file; for hundreds of megabytes take the blocks. */
export const writeSegy = (options: SegyOptions = {}): Buffer => {
  const file = segyFile(options);
  return file.read(0, file.sizeBytes);
};

const BLOCK_BYTES = 8 * 1024 * 1024;

/** The file in blocks of 8 MB. */
export function* segyBlocks({ sizeBytes, read }: SegyFile, blockBytes = BLOCK_BYTES): Generator<Buffer> {
  for (let start = 0; start < sizeBytes; start += blockBytes)
    yield read(start, Math.min(sizeBytes, start + blockBytes));
}

/** Writes a file of any size with a few blocks in memory. */
export const writeSegyFile = async (path: string, options: SegyOptions = {}): Promise<SegyFile> => {
  const file = segyFile(options);
  const stream = createWriteStream(path);
  for (const block of segyBlocks(file)) if (!stream.write(block)) await once(stream, "drain");
  stream.end();
  await once(stream, "finish");
  return file;
};
