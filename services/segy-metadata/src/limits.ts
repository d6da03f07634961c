// The sizes at which a file is treated in another way. A function takes others from variables of these names.
import { int } from "@warmstart/middleware";

const MB = 1024 ** 2;
const GB = 1024 ** 3;

export const thresholds = {
  /** Up to here all traces are read at once: sampling would be slower. */
  EXACT_BYTES: int(256 * MB),
  /** Up to here one run reads all traces when it is asked to; 54 MB/s fill 600 of its 900 s. */
  SEQUENTIAL_BYTES: int(30 * GB),
  CHUNK_BYTES: int(2 * GB),
};

export type Thresholds = { readonly [name in keyof typeof thresholds]: number };

/** Of one form; S3 itself takes no more in one request. */
export const UPLOAD_BYTES: number = 5 * GB;

/** More chunks than this grow larger instead. */
export const MOST_CHUNKS = 2500;

/** A run stops this long before its time limit: to hand on what is left, whatever the last range takes. */
export const RESERVE_MS = 60_000;
