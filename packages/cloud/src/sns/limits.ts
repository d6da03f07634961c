// SNS's limits and its behaviour where only the documentation tells. (u) = never checked against the real service.
export const MAX_MESSAGE_BYTES = 262_144;
export const MAX_BATCH_ENTRIES = 10;
export const MAX_SUBJECT = 100;
export const MAX_LISTED = 100;
export const DEDUPLICATION_MS = 300_000;
export const FILTER = { keys: 5, combinations: 150 };
/** Kept in memory; the oldest goes first. */
export const KEPT_OUTBOX = 1000;
/** Real time that an HTTP endpoint has for its answer. */
export const HTTP_TIMEOUT_MS = 15_000;
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
export const HTTP_RETRIES = { count: 3, delayMs: 20_000 };
export const SEQUENCE_START = 10_000_000_000_000_000_000n;
