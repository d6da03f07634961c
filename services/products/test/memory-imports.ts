// Records, results and products in memory, with the conditions of the real ones.
import {
  NO_PROGRESS,
  type BegunImport,
  type ImportFile,
  type ImportId,
  type ImportProblem,
  type ImportState,
  type Progress,
} from "../src/import.ts";
import type { ImportPorts } from "../src/import-products.ts";
import type { Product } from "../src/product.ts";
import type { Adjustment } from "../src/stock.ts";

interface Item {
  state: ImportState;
  dryRun: boolean;
  createdBy: string;
  createdAt: string;
  versionId?: string;
  run?: string;
  leaseUntil: number;
  progress: Progress;
  problem?: ImportProblem;
}

interface Added extends Product {
  readonly opening?: Adjustment | undefined;
}

export interface MemoryImports extends ImportPorts {
  readonly items: Map<string, Item>;
  /** By SKU. */
  readonly added: Map<string, Added>;
  /** By key. */
  readonly objects: Map<string, string>;
  readonly sent: ImportFile[];
  readonly result: (id: ImportId) => readonly string[];
}

const partKey = (id: ImportId, part: number): string => `parts/${id}/${part}.csv`;

/** For one file with this content. */
export const memoryImports = (content: string | Uint8Array, chunkBytes = 1 << 20): MemoryImports => {
  const bytes = Buffer.from(content);
  const items = new Map<string, Item>();
  const added = new Map<string, Added>();
  const objects = new Map<string, string>();
  const sent: ImportFile[] = [];
  const own = ({ id, run }: BegunImport): Item => {
    const item = items.get(id);
    if (item?.run !== run) throw new Error("Another run has the lease");
    return item;
  };
  return {
    items,
    added,
    objects,
    sent,
    result: (id) => objects.get(`results/${id}.csv`)?.trimEnd().split("\n") ?? [],
    records: {
      expect: async ({ id, ...rest }) =>
        void items.set(id, { ...rest, state: "WAITING", leaseUntil: 0, progress: NO_PROGRESS }),
      find: async (id) => {
        const item = items.get(id);
        return item && { id, ...item };
      },
      begin: async (id, { versionId }, { run, until }) => {
        const item = items.get(id);
        if (!item) return "unknown";
        if (item.versionId !== undefined && item.versionId !== versionId) return "other-file";
        if (item.state === "DONE" || item.state === "FAILED") return "ended";
        if (item.leaseUntil > Date.now()) return "busy";
        Object.assign(item, { state: "RUNNING", versionId, run, leaseUntil: until });
        return { id, run, dryRun: item.dryRun, createdBy: item.createdBy, progress: item.progress };
      },
      checkpoint: async (begun, progress, options) =>
        void Object.assign(own(begun), { progress }, options?.release && { leaseUntil: 0 }),
      end: async (begun, problem) =>
        void Object.assign(own(begun), { state: problem ? "FAILED" : "DONE", run: undefined }, problem && { problem }),
    },
    results: {
      writePart: async (id, part, text) => void objects.set(partKey(id, part), text),
      publish: async (id, header, parts) => {
        const texts = Array.from({ length: parts }, (_, part) => objects.get(partKey(id, part)) ?? "missing");
        objects.set(`results/${id}.csv`, header + texts.join(""));
      },
    },
    read: async function* (_, fromByte) {
      for (let at = fromByte; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
    products: {
      add: async (product, opening) => {
        const found = added.get(product.sku);
        if (found) return found.id === product.id ? found : undefined;
        added.set(product.sku, { ...product, opening });
        return product;
      },
    },
    sendOn: async (file) => void sent.push(file),
  };
};
