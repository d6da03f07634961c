// The files of a spike: copies of those that the service brings along in local/spike-files.ts, each with bytes of its own.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serviceFolder } from "../repository.ts";

interface Original {
  readonly name: string;
  readonly bytes: Buffer;
  /** Offset of four bytes without a meaning, in which the copies may differ. */
  readonly stampAt: number | null;
  readonly expected: { readonly status: string; readonly traces: number | null };
}

interface SpikeModule {
  /** Of the keys that the service looks at. */
  readonly keyPrefix: string;
  readonly spikeFiles: () => readonly Original[];
  readonly documentIdOf: (bucket: string, key: string) => string;
}

export interface SpikeFile {
  readonly key: string;
  /** Of its document. */
  readonly id: string;
  readonly expected: Original["expected"];
  readonly sizeBytes: number;
  /** Made when asked for: hundreds of megabytes in all. */
  readonly bytes: () => Buffer;
}

/** As the document has it: of the bytes before the first trace. */
export const headSha256 = (bytes: Buffer): string => createHash("sha256").update(bytes.subarray(0, 3600)).digest("hex");

const copyOf = ({ bytes, stampAt }: Original, stamp: number): Buffer => {
  if (stampAt === null) return bytes;
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(stamp, stampAt);
  return copy;
};

/** So many files for this bucket, under keys that were never there before. */
export const spikeFiles = async (service: string, bucket: string, count: number): Promise<readonly SpikeFile[]> => {
  const path = join(serviceFolder(service), "local/spike-files.ts");
  const source = (await import(pathToFileURL(path).href)) as SpikeModule; // the convention of this file
  const originals = source.spikeFiles();
  const folder = `${source.keyPrefix}spike ${new Date().toISOString().slice(0, 19)}`;
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const original = originals[index % originals.length];
    if (original === undefined) return [];
    const { name, expected, bytes } = original;
    const key = `${folder}/${String(index + 1).padStart(4, "0")} ${name}`;
    const id = source.documentIdOf(bucket, key);
    return [{ key, id, expected, sizeBytes: bytes.length, bytes: () => copyOf(original, index + 1) }];
  });
};
