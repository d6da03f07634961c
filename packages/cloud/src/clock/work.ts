// What is under way: invocations, deliveries, undelivered events. The cloud is idle when there is none.

export interface Work {
  /** Counts a promise as work until it settles, and gives it back. */
  readonly track: <T>(label: string, promise: Promise<T>) => Promise<T>;
  /** Resolves when nothing is under way, or fails after `limitMs` naming what still is. */
  readonly idle: (limitMs?: number) => Promise<void>;
}

/** A finished piece of work may publish the next one in the same turn, so idleness is looked at two turns later. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export const createWork = (): Work => {
  const underWay = new Map<symbol, string>();
  const waiting = new Set<() => void>();

  const settle = (): void => {
    if (underWay.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };

  return {
    track: async (label, promise) => {
      const key = Symbol(label);
      underWay.set(key, label);
      try {
        return await promise;
      } finally {
        underWay.delete(key);
        settle();
      }
    },
    idle: async (limitMs = 30_000) => {
      await turns();
      if (underWay.size === 0) return;
      const late = Promise.withResolvers<never>();
      late.promise.catch(() => {}); // it may fail while nobody waits for it: the next race will see it
      const limit = setTimeout(
        () => late.reject(new Error(`still busy after ${limitMs} ms: ${[...new Set(underWay.values())].join(", ")}`)),
        limitMs,
      );
      try {
        while (underWay.size > 0) {
          await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), late.promise]);
          await turns();
        }
      } finally {
        clearTimeout(limit);
      }
    },
  };
};
