// DynamoDB's limits and times. (u) = from documentation, never checked against the real service.
export const MAX_ITEM_BYTES = 409_600;
/** Objects and lists in the JSON of a value: 31 maps or lists around a set. */
export const MAX_VALUE_LEVELS = 64;
export const MAX_TRANSACTION_ITEMS = 100;
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
export const MAX_CLIENT_TOKEN_LENGTH = 36;
export const TOKEN_LIFETIME_MS = 10 * 60_000;
export const READ_UNIT_BYTES = 4096;
export const WRITE_UNIT_BYTES = 1024;
/** How late TTL deletes here. AWS promises "a few days" and usually takes minutes (u). */
export const TTL_DELAY_SECONDS = 300;
/** Items that expired longer ago are left alone (u). */
export const TTL_OLDEST_SECONDS = 5 * 365 * 86_400;
/** How long a stream keeps a record, and an ended stream all of them. */
export const STREAM_RETENTION_MS = 24 * 3_600_000;
/** Old records are removed at most this often. */
export const STREAM_TRIM_STEP_MS = 60_000;
export const ITERATOR_LIFETIME_MS = 15 * 60_000;
export const MAX_STREAM_RECORDS = 1000;
/** Of one GetRecords answer. */
export const MAX_STREAM_BYTES = 1024 * 1024;
