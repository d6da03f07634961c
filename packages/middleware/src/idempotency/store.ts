// The port behind idempotency.
import type { Reply } from "../http/replies.ts";

/** What is kept of one `Idempotency-Key`. */
export interface IdempotencyRecord {
  readonly requestHash: string;
  readonly state: "IN_PROGRESS" | "DONE";
  /** Milliseconds since 1970: until then the try in progress may still end. */
  readonly leaseUntil: number;
  readonly plan: unknown;
  /** With `DONE`; absent when it was too large to be kept. */
  readonly reply?: Reply | undefined;
  /** Seconds since 1970; the reader checks it, because DynamoDB deletes late. */
  readonly ttl: number;
}

/** Where records are kept; each write is conditional, so that two tries never both think that they own a key. */
export interface IdempotencyStore {
  /** A consistent read. */
  readonly read: (id: string) => Promise<IdempotencyRecord | undefined>;
  /**
   * Writes a record if there is none (`replacing` undefined) or if its lease is still `replacing`; false when
   * somebody else was faster.
   */
  readonly write: (id: string, record: IdempotencyRecord, replacing: number | undefined) => Promise<boolean>;
  /** Deletes the record if its lease is still the given one. */
  readonly remove: (id: string, leaseUntil: number) => Promise<void>;
}
