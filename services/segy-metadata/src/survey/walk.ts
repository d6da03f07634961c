// Files whose traces have lengths of their own: only a walk from the first one finds the others.
import { finding, type Finding } from "../document/findings.ts";
import { dataViewOf, HEADER_BYTES, swapPairs } from "../segy/field.ts";
import type { Layout } from "../segy/layout.ts";
import { LEAST_OF_HEADER } from "../segy/file-end.ts";
import { NSAMPS_AT, plausibility } from "../segy/probe-headers.ts";
import type { ReadAt } from "../segy/read-at.ts";
import type { Samples } from "./samples.ts";

const BLOCK_BYTES = 8 * 1024 * 1024;

export interface WalkedTrace {
  readonly trace: number;
  readonly view: DataView;
  readonly offset: number;
  /** Offset in the file of the byte after this trace. */
  readonly endsAt: number;
}

/** Less of a header than this is legal: the walk has lost its way. */
const LEAST_PLAUSIBLE = 0.6;

const headerOf = ({ byteOrder, traceHeaders }: Layout, view: DataView, offset: number): DataView => {
  const at = view.byteOffset + offset;
  const bytes = new Uint8Array(view.buffer.slice(at, at + HEADER_BYTES * traceHeaders));
  return dataViewOf(byteOrder === "swapped" ? swapPairs(bytes) : bytes);
};

/** Traces from the first on, each as long as its own header says, until one does not fit or is none. */
export async function* walkTraces(source: ReadAt, layout: Layout): AsyncGenerator<WalkedTrace> {
  const headerBytes = HEADER_BYTES * layout.traceHeaders;
  const little = layout.byteOrder === "little";
  let block = new Uint8Array(0);
  let blockAt = 0;
  for (let at = layout.firstTrace, trace = 0; at + headerBytes <= source.sizeBytes; trace++) {
    if (at + headerBytes > blockAt + block.length) {
      block = new Uint8Array(await source.read(at, Math.min(source.sizeBytes, at + BLOCK_BYTES)));
      blockAt = at;
    }
    const view = dataViewOf(block);
    const offset = at - blockAt;
    const header = headerOf(layout, view, offset);
    const samples = header.getUint16(NSAMPS_AT, little);
    const endsAt = at + headerBytes + samples * layout.sampleBytes;
    if (endsAt > source.sizeBytes || samples === 0 || plausibility(header, little, undefined) < LEAST_PLAUSIBLE) return;
    yield { trace, view, offset, endsAt };
    at = endsAt;
  }
}

/** A walk over traces of their own lengths ends here: more is not worth its reading. */
const MOST_WALKED_BYTES = 8 * 1024 ** 3;
const MOST_KEPT = 8192;

export interface Walked {
  readonly layout: Layout;
  readonly samples: Samples;
  readonly findings: readonly Finding[];
}

const endFinding = (source: ReadAt, { traces, trailingBytes }: Layout): Finding => {
  const at = source.sizeBytes - trailingBytes;
  const where = `byte ${at + 1}`;
  if (at > MOST_WALKED_BYTES) {
    return finding(
      "variable-length",
      where,
      `only the first ${traces} traces were walked; ${trailingBytes} bytes follow`,
    );
  }
  const message = `${trailingBytes} bytes after ${traces} traces: what follows is cut off, or its length is wrong`;
  return finding(trailingBytes >= LEAST_OF_HEADER ? "truncated-trace" : "trailing-bytes", where, message);
};

/** One walk from the first trace to the last: how many there are, and some of their headers from everywhere. */
export const walkFile = async (source: ReadAt, layout: Layout): Promise<Walked> => {
  let kept: { trace: number; header: DataView }[] = [];
  let stride = 1;
  let traces = 0;
  let end = layout.firstTrace;
  for await (const { trace, view, offset, endsAt } of walkTraces(source, layout)) {
    if (trace % stride === 0) kept.push({ trace, header: headerOf(layout, view, offset) });
    if (kept.length > MOST_KEPT) {
      stride *= 2;
      kept = kept.filter((each) => each.trace % stride === 0 || each.trace < MOST_KEPT / 4);
    }
    traces += 1;
    end = endsAt;
    if (endsAt > MOST_WALKED_BYTES) break;
  }
  const walked = { ...layout, traces, trailingBytes: source.sizeBytes - end };
  const samples = {
    traces: kept.map(({ trace }) => trace),
    little: layout.byteOrder === "little",
    headers: kept.map(({ header }) => header),
  };
  return { layout: walked, samples, findings: walked.trailingBytes > 0 ? [endFinding(source, walked)] : [] };
};
