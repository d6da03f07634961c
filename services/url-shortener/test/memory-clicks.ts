// Clicks in memory, with the conditions of the real table.
import type { Bucket, ClickStore, Watermark } from "../src/count-clicks.ts";

export interface MemoryClicks extends ClickStore {
  /** Counters by `<id> <key>`. */
  readonly counters: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export const memoryClicks = (): MemoryClicks => {
  const watermarks = new Map<string, Watermark>();
  const counters = new Map<string, Record<string, number>>();
  const apply = ({ id, key, adds }: Bucket): void => {
    const counter = { ...counters.get(`${id} ${key}`) };
    for (const [name, n] of Object.entries(adds)) counter[name] = (counter[name] ?? 0) + n;
    counters.set(`${id} ${key}`, counter);
  };
  return {
    counters,
    async read(sandbox, days) {
      const watermark = watermarks.get(sandbox);
      const known = days.map(({ id, key }) => {
        const names = Object.keys(counters.get(`${id} ${key}`) ?? {}).filter((name) => /^r_[^*]/.test(name));
        return [`${id} ${key}`, new Set(names.map((name) => name.slice(2)))] as const;
      });
      return { ...(watermark && { watermark }), referrers: new Map(known) };
    },
    async commit(sandbox, next, buckets) {
      if ((watermarks.get(sandbox)?.version ?? 0) !== next.version - 1) return false;
      if (buckets.length > 99) throw new RangeError("a transaction holds 100 items");
      watermarks.set(sandbox, next);
      buckets.forEach(apply);
      return true;
    },
  };
};
