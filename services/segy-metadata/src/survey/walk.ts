// Files whose traces have lengths of their own: only a walk from the first one finds the others.
import { dataViewOf, HEADER_BYTES } from "../segy/field.ts";
import type { Layout } from "../segy/layout.ts";
import { NSAMPS_AT } from "../segy/probe-headers.ts";
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

/** Traces from the first on, each as long as its own header says, until one does not fit any more. */
export async function* walkTraces(source: ReadAt, layout: Layout): AsyncGenerator<WalkedTrace> {
  const headerBytes = HEADER_BYTES * layout.traceHeaders;
  let block = new Uint8Array(0);
  let blockAt = 0;
  for (let at = layout.firstTrace, trace = 0; at + headerBytes <= source.sizeBytes; trace++) {
    if (at + headerBytes > blockAt + block.length) {
      block = new Uint8Array(await source.read(at, Math.min(source.sizeBytes, at + BLOCK_BYTES)));
      blockAt = at;
    }
    const view = dataViewOf(block);
    const offset = at - blockAt;
    const little = layout.byteOrder !== "big"; // a swapped 2-byte field reads as a little-endian one
    const samples = view.getUint16(offset + NSAMPS_AT, little) || layout.samples;
    const endsAt = at + headerBytes + samples * layout.sampleBytes;
    if (endsAt > source.sizeBytes || samples === 0) return;
    yield { trace, view, offset, endsAt };
    at = endsAt;
  }
}

/** A walk over traces of their own lengths ends here: more is not worth its reading. */
const MOST_WALKED_BYTES = 256 * 1024 * 1024;

/** With the traces that a walk finds. */
export const walkedLayout = async (source: ReadAt, layout: Layout): Promise<Layout> => {
  let traces = 0;
  let end = layout.firstTrace;
  for await (const { endsAt } of walkTraces(source, layout)) {
    if (endsAt - layout.firstTrace > MOST_WALKED_BYTES) break;
    traces += 1;
    end = endsAt;
  }
  return { ...layout, traces, trailingBytes: source.sizeBytes - end };
};

/** The first headers of the walk. */
export const walkedSamples = async (source: ReadAt, layout: Layout): Promise<Samples> => {
  const headers: DataView[] = [];
  for await (const { view, offset } of walkTraces(source, layout)) {
    if (headers.length >= Math.min(layout.traces, 4096)) break;
    headers.push(
      new DataView(
        view.buffer.slice(view.byteOffset + offset, view.byteOffset + offset + HEADER_BYTES * layout.traceHeaders),
      ),
    );
  }
  const little = layout.byteOrder === "little";
  return { traces: headers.keys().toArray(), all: headers.length === layout.traces, little, headers };
};
