// Buckets are asked for several times per request, popular objects again and again: read once, parsed once.
import type { Table } from "../store/store.ts";

const KEPT = 1000;

/**
 * Remembers what `get` read and `keeps` allows. A write may still be rolled back, so nothing is remembered from a write
 * on until the next microtask: transactions are synchronous, and then it is over. What it gives must not be changed.
 */
export const cachedTable = <T>(table: Table<T>, keeps: (value: T) => boolean = () => true): Table<T> => {
  const known = new Map<string, T>();
  let isSettled = true;
  const forget = (key: string): void => {
    known.delete(key);
    if (!isSettled) return;
    isSettled = false;
    queueMicrotask(() => {
      isSettled = true;
    });
  };
  return {
    ...table,
    get: (key) => {
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const found = table.get(key);
      if (found === undefined || !isSettled || !keeps(found)) return found;
      if (known.size >= KEPT) known.clear();
      known.set(key, found);
      return found;
    },
    put: (key, value) => {
      forget(key);
      table.put(key, value);
    },
    remove: (key) => {
      forget(key);
      table.remove(key);
    },
  };
};
