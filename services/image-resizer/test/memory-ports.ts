// Buckets and table in memory, with the conditions of the real ones.
import type { CreatedObject } from "@warmstart/middleware";
import type { ImageFiles, ImageRecords, ResizePorts } from "../src/resize.ts";
import type { UploadState } from "../src/upload.ts";
import { formatsOf, type Manifest } from "../src/variants.ts";

export interface Memory extends ResizePorts {
  readonly originals: Map<string, Buffer>;
  readonly variants: Map<string, Buffer>;
  readonly uploads: Map<string, { sequencer: string; state: UploadState }>;
  readonly images: Map<string, { createdAt: string; manifest?: Manifest }>;
  /** Every write in its order. */
  readonly writes: string[];
}

export const memoryPorts = ({ avif = true } = {}): Memory => {
  const originals = new Map<string, Buffer>();
  const variants = new Map<string, Buffer>();
  const uploads: Memory["uploads"] = new Map();
  const images: Memory["images"] = new Map();
  const writes: string[] = [];
  const files: ImageFiles = {
    read: async ({ key }) => originals.get(key) ?? "gone",
    write: async (key, bytes) => {
      variants.set(key, bytes);
      writes.push(key);
    },
  };
  const records: ImageRecords = {
    begin: async (id, sequencer) => {
      const found = uploads.get(id);
      if (found && found.sequencer > sequencer) return "superseded";
      const ended = found?.state.status === "done" || found?.state.status === "rejected";
      if (ended && found?.sequencer === sequencer) return "repeated";
      uploads.set(id, { sequencer, state: { status: "processing" } });
      return "begun";
    },
    end: async (id, sequencer, state) => {
      if (uploads.get(id)?.sequencer === sequencer) uploads.set(id, { sequencer, state });
    },
    find: async (id) => images.get(id)?.manifest,
    claim: async (id, now) => {
      const image = images.get(id) ?? { createdAt: now };
      images.set(id, image);
      return image.createdAt;
    },
    publish: async (manifest) => {
      images.set(manifest.id, { createdAt: manifest.createdAt, manifest });
      writes.push(`image#${manifest.id}`);
    },
  };
  const formats = formatsOf(avif);
  return {
    files,
    records,
    formats,
    publicBase: "https://images.example",
    originals,
    variants,
    uploads,
    images,
    writes,
  };
};

let sequence = 0;

/** Puts bytes under a key and gives the event's view of it. */
export const put = (memory: Memory, key: string, bytes: Buffer): CreatedObject => {
  memory.originals.set(key, bytes);
  sequence += 1;
  return {
    bucket: "originals",
    key,
    sizeBytes: bytes.length,
    etag: "etag",
    versionId: undefined,
    sequencer: sequence.toString(16).padStart(16, "0").toUpperCase(),
    eventTime: "2026-01-15T12:00:00.000Z",
  };
};
