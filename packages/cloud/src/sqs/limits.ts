// SQS's limits. (u) = from documentation, never checked against the real service.
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_BATCH_BYTES = 1_048_576;
export const MAX_BATCH_ENTRIES = 10;
export const MAX_MESSAGE_ATTRIBUTES = 10;
export const MAX_IN_FLIGHT = 120_000;
export const MAX_VISIBILITY_SECONDS = 43_200;
export const MAX_DELAY_SECONDS = 900;
export const MAX_WAIT_SECONDS = 20;
export const MAX_RECEIVE_COUNT = 1000;
export const MAX_LISTED_QUEUES = 1000;
export const DEDUPLICATION_MS = 300_000;
/** StartMessageMoveTask: the most that may be asked for, and what runs without a wish (u). */
export const MAX_MOVES_PER_SECOND = 500;
/** A message received more often is a poison pill, which ApproximateAgeOfOldestMessage leaves out. */
export const POISON_RECEIVES = 3;
