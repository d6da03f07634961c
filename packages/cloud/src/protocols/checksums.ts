// The checksums that S3 knows: names, headers, digests, and the checksum of a multipart object from those of its parts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { combineCrc, type Crc, type CrcName, createCrc } from "./crc.ts";

export interface Checksum {
  readonly update: (data: Buffer) => void;
  /** Base64, as in S3's headers. */
  readonly digest: () => string;
}

const toBase64 = (value: bigint, bytes: number): string =>
  Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex").toString("base64");

const fromBase64 = (value: string): bigint => BigInt(`0x${Buffer.from(value, "base64").toString("hex")}`);

const fromCrc = ({ update, value }: Crc, bytes: number): Checksum => ({
  update,
  digest: () => toBase64(value(), bytes),
});

const nativeCrc32 = (): Crc => {
  let value = 0;
  return {
    update: (data) => {
      value = crc32(data, value);
    },
    value: () => BigInt(value),
  };
};

const fromHash = (name: "sha1" | "sha256"): Checksum => {
  const hash = createHash(name);
  return {
    update: (data) => {
      hash.update(data);
    },
    digest: () => hash.digest("base64"),
  };
};

const CHECKSUMS = {
  CRC32: { bytes: 4, create: () => fromCrc(nativeCrc32(), 4) },
  CRC32C: { bytes: 4, create: () => fromCrc(createCrc("CRC32C"), 4) },
  CRC64NVME: { bytes: 8, create: () => fromCrc(createCrc("CRC64NVME"), 8) },
  SHA1: { bytes: 20, create: () => fromHash("sha1") },
  SHA256: { bytes: 32, create: () => fromHash("sha256") },
} as const;

export type ChecksumAlgorithm = keyof typeof CHECKSUMS;
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUMS) as readonly ChecksumAlgorithm[]; // what else

export const isChecksumAlgorithm = (name: string): name is ChecksumAlgorithm => Object.hasOwn(CHECKSUMS, name);

/** `x-amz-checksum-crc32`… */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The algorithm of such a header. */
export const algorithmOfHeader = (header: string): ChecksumAlgorithm | undefined =>
  CHECKSUM_ALGORITHMS.find((algorithm) => checksumHeader(algorithm) === header);

/** Whether this is a base64 digest of the algorithm's length. */
export const isDigest = (algorithm: ChecksumAlgorithm, value: string): boolean =>
  Buffer.from(value, "base64").length === CHECKSUMS[algorithm].bytes && /^[A-Za-z0-9+/]+=*$/.test(value);

export const createChecksum = (algorithm: ChecksumAlgorithm): Checksum => CHECKSUMS[algorithm].create();

export interface PartChecksum {
  readonly value: string;
  readonly sizeBytes: number;
}

/** Composite: the checksum of the parts' checksums, then `-<parts>`. */
export const compositeChecksum = (algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string => {
  const checksum = createChecksum(algorithm);
  for (const { value } of parts) checksum.update(Buffer.from(value, "base64"));
  return `${checksum.digest()}-${parts.length}`;
};

/** Full object: the CRC of the whole, from those of its parts; the bytes are not read again. */
export const fullObjectChecksum = (algorithm: CrcName, parts: readonly PartChecksum[]): string => {
  const whole = parts.reduce(
    (crc, { value, sizeBytes }) => combineCrc(algorithm, crc, { crc: fromBase64(value), length: sizeBytes }),
    0n,
  );
  return toBase64(whole, CHECKSUMS[algorithm].bytes);
};

export const isCrc = (algorithm: ChecksumAlgorithm): algorithm is CrcName => algorithm.startsWith("CRC");
