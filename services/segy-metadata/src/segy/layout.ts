// Where everything stands in a file: what a reader must know before it reads the first trace.
import type { ByteOrder, Field } from "./field.ts";

export interface Layout {
  readonly container: "segy" | "su";
  readonly byteOrder: ByteOrder;
  /** Code of the binary header; null when it is none of the standard's. */
  readonly sampleCode: number | null;
  readonly sampleBytes: number;
  /** Samples per trace. */
  readonly samples: number;
  /** Offset of the first trace. */
  readonly firstTrace: number;
  /** Headers of 240 bytes per trace: 1, more in revision 2. */
  readonly traceHeaders: number;
  /** Bytes from one trace to the next. */
  readonly traceLength: number;
  /** Whole traces, by the file's size. */
  readonly traces: number;
  /** Bytes after the last whole trace. */
  readonly trailingBytes: number;
  /** Extended text records after the binary header. */
  readonly textRecords: number;
  /** False: each trace says its own length (`nsamps`), and only a walk from the first finds the next. */
  readonly fixedLength: boolean;
  /** The fields of a trace header, after a layout stanza and the extension header have had their say. */
  readonly fields: readonly Field[];
}

/** Offset of a trace in the file; traces are numbered from 0. */
export const traceAt = ({ firstTrace, traceLength }: Layout, trace: number): number => firstTrace + trace * traceLength;
