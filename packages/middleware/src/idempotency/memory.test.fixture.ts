// Idempotency keys in memory.
import type { IdempotencyRecord, IdempotencyStore } from "./store.ts";

/** The store's contract without a table. */
export const memoryIdempotency = (): IdempotencyStore & { readonly records: Map<string, IdempotencyRecord> } => {
  const records = new Map<string, IdempotencyRecord>();
  return {
    records,
    read: async (id) => structuredClone(records.get(id)),
    write: async (id, record, replacing) => {
      if (records.get(id)?.leaseUntil !== replacing) return false;
      records.set(id, structuredClone(record));
      return true;
    },
    remove: async (id, leaseUntil) => {
      if (records.get(id)?.leaseUntil === leaseUntil) records.delete(id);
    },
  };
};
