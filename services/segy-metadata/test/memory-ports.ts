// Table, bucket and queue in memory, with the conditions of the real ones.
import type { Chunk, Results } from "../src/chunks.ts";
import type { ExtractPorts } from "../src/extract.ts";
import { padded, type RunEnd, type RunRecords, type ScanRequest } from "../src/files.ts";
import type { Metadata } from "../src/document/metadata.ts";
import { bytesSource } from "../src/segy/read-at.ts";

interface Item {
  sequencer: string;
  scans: number;
  status: string;
  request: ScanRequest | null;
  done: Set<number>;
  end?: RunEnd;
}

export const memoryRuns = (items = new Map<string, Item>()): RunRecords => {
  const newest = ({ id, sequencer, scans }: { id: string; sequencer: string; scans: number }): Item | undefined => {
    const item = items.get(id);
    return item?.sequencer === sequencer && item.scans === scans && item.status === "scanning" ? item : undefined;
  };
  return {
    begin: async (id, object) => {
      const sequencer = padded(object.sequencer);
      const found = items.get(id);
      if (found && found.sequencer > sequencer) return "superseded";
      const isSame = found?.sequencer === sequencer;
      if (isSame && !["pending", "scanning", "failed"].includes(found.status)) return "repeated";
      const { scans = 0, request = null } = found ?? {};
      items.set(id, { sequencer, scans, request: isSame ? request : null, status: "scanning", done: new Set() });
      return { id, sequencer, scans, request: isSame ? request : null };
    },
    chunksDone: async (run, numbers) => {
      const item = newest(run);
      for (const n of numbers) item?.done.add(n);
      return item?.done.size;
    },
    end: async (run, end) => {
      const item = newest(run);
      if (item) Object.assign(item, { status: end.status, end });
      return item !== undefined;
    },
  };
};

export interface Memory extends ExtractPorts {
  readonly items: Map<string, Item>;
  readonly stored: Map<string, unknown>;
  readonly chunks: Chunk[];
  readonly document: (id: string) => Metadata | undefined;
}

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** For one object with these bytes. What is stored goes through JSON, as in the bucket. */
export const memoryPorts = (bytes: Uint8Array, thresholds: Partial<ExtractPorts["thresholds"]> = {}): Memory => {
  const items = new Map<string, Item>();
  const stored = new Map<string, unknown>();
  const chunks: Chunk[] = [];
  const results: Results = {
    putDocument: async ({ id }, document) => stored.set(`files/${id}.json`, copy(document)) instanceof Map,
    write: async (key, value) => void stored.set(key, copy(value)),
    read: async (key) => stored.get(key),
  };
  return {
    open: () => bytesSource(bytes),
    records: memoryRuns(items),
    results,
    sendChunks: async (sent) => void chunks.push(...sent),
    thresholds: { EXACT_BYTES: 1e9, SEQUENTIAL_BYTES: 1e10, CHUNK_BYTES: 1e9, ...thresholds },
    items,
    stored,
    chunks,
    document: (id) => stored.get(`files/${id}.json`) as Metadata | undefined,
  };
};
