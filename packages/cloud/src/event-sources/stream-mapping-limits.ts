// What stream mappings count on. (u) = from documentation or memory, never checked against the real service.

/** A synchronous invocation takes 6 MB; the rest is for `{"Records":[…]}`. */
export const MAX_BATCH_BYTES = 6 * 1024 * 1024 - 64;
/** Records read from a shard at once. */
export const READ_PAGE = 1000;
/** Older records may be gone; a batch that is retried ends with them. */
export const OLDEST_RECORD_MS = 24 * 3_600_000;
/** First wait after a failure; it doubles up to the longest (u: AWS says "exponential back-off"). */
export const FIRST_BACKOFF_MS = 1_000;
export const LONGEST_BACKOFF_MS = 60_000;
