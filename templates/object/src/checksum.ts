// The checksum of an uploaded object: SHA-256 and size of its bytes, read once and never whole in memory.
import { createHash } from "node:crypto";
import type { CreatedObject } from "@warmstart/middleware";

export const UPLOAD_PREFIX = "uploads/";

export interface Checksum {
  readonly key: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Orders the versions of one key: the greater text is the newer one. */
  readonly sequencer: string;
}

/** The bytes of the version that an event told of; undefined when that is gone. */
export type OpenObject = (object: CreatedObject) => Promise<AsyncIterable<Uint8Array> | undefined>;

export interface ChecksumStore {
  /** False when that of a newer version is there; that one stays. */
  readonly put: (checksum: Checksum) => Promise<boolean>;
}

/** S3's sequencers have no fixed length: padded to one, they compare as text. */
const padded = (sequencer: string): string => sequencer.toUpperCase().padEnd(32, "0");

/** Safe to repeat, and in any order: S3 may tell of an object twice, and of an older version after a newer one. */
export const recordChecksum = async (
  open: OpenObject,
  checksums: ChecksumStore,
  object: CreatedObject,
): Promise<"recorded" | "superseded" | "gone"> => {
  const bytes = await open(object);
  if (bytes === undefined) return "gone";
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  if (sizeBytes !== object.sizeBytes) throw new Error(`S3 sent ${sizeBytes} of ${object.sizeBytes} bytes`);
  const sequencer = padded(object.sequencer);
  const isNewest = await checksums.put({ key: object.key, sha256: hash.digest("hex"), sizeBytes, sequencer });
  return isNewest ? "recorded" : "superseded";
};
