// The end of a file: what follows the last whole trace, and what only looks like traces there.
import type { Detected } from "./detect-layout.ts";
import { dataViewOf, HEADER_BYTES, swapPairs } from "./field.ts";
import { finding, type Finding } from "../document/findings.ts";
import { isBlank, plausibility } from "./probe-headers.ts";
import type { ReadAt } from "./read-at.ts";
import { printableShare } from "./text-header.ts";

export interface FileEnd {
  readonly traces: number;
  readonly trailingBytes: number;
  readonly findings: readonly Finding[];
}

/** Blank or text where a header should be. */
const isNoTrace = (header: DataView): boolean =>
  isBlank(header) || printableShare(new Uint8Array(header.buffer, header.byteOffset, HEADER_BYTES)) > 0.95;

/** First of the traces at the end that are none; galloping back, then halving: a file may end in gigabytes of zeros. */
const firstPadding = async ({ best, headers, traces }: Detected): Promise<number> => {
  const isPadding = async (trace: number): Promise<boolean> => {
    const header = await headers.at(best.firstTrace + trace * best.traceLength, best.byteOrder);
    return header === undefined || isNoTrace(header);
  };
  if (traces === 0 || (await isPadding(0))) return traces;
  let padding = traces;
  let step = 1;
  while (padding - step > 0 && (await isPadding(padding - step))) {
    padding -= step;
    step *= 2;
  }
  for (let real = Math.max(0, padding - step); padding - real > 1;) {
    const middle = Math.floor((real + padding) / 2);
    if (await isPadding(middle)) padding = middle;
    else real = middle;
  }
  return padding;
};

/** Enough of a header to judge by: up to the coordinate units at byte 89. */
export const LEAST_OF_HEADER = 92;

const startsLikeHeader = (bytes: Uint8Array, byteOrder: Detected["best"]["byteOrder"]): boolean => {
  if (bytes.length < LEAST_OF_HEADER) return false;
  const whole = new Uint8Array(HEADER_BYTES);
  whole.set(bytes.subarray(0, HEADER_BYTES));
  const header = dataViewOf(byteOrder === "swapped" ? swapPairs(whole) : whole);
  return !isNoTrace(header) && plausibility(header, byteOrder === "little", undefined) > 0.85;
};

/** Whole traces stay; the rest is said. */
export const readEnd = async (source: ReadAt, detected: Detected): Promise<FileEnd> => {
  const { best } = detected;
  const traces = await firstPadding(detected);
  const from = best.firstTrace + traces * best.traceLength;
  const trailingBytes = source.sizeBytes - from;
  if (trailingBytes === 0) return { traces, trailingBytes, findings: [] };
  const start = await source.read(from, Math.min(source.sizeBytes, from + HEADER_BYTES));
  const rest = `${trailingBytes} ${trailingBytes === 1 ? "byte" : "bytes"} after ${traces} whole traces`;
  if (startsLikeHeader(start, best.byteOrder)) {
    const message = `${rest}, beginning like a trace of ${best.traceLength} bytes`;
    return { traces, trailingBytes, findings: [finding("truncated-trace", `byte ${from + 1}`, message)] };
  }
  const trailer = printableShare(start) > 0.95 && (best.reading?.revision.effective ?? 0) >= 2;
  const findings = [
    trailer
      ? finding("trailer-records", `byte ${from + 1}`, `${rest}: text records`)
      : finding("trailing-bytes", `byte ${from + 1}`, `${rest}, which are no trace`),
  ];
  return { traces, trailingBytes, findings };
};
