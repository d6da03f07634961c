// Token buckets: `burst` tokens at most, `rate` new ones per second of the cloud's clock.

export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** One bucket per key; answers whether a request may pass. */
export const createBuckets = (now: () => number): ((key: string, throttle: Throttle) => boolean) => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key, { rate, burst }) => {
    const bucket = buckets.get(key) ?? { tokens: burst, at: now() };
    const time = now();
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, time - bucket.at) / 1000) * rate);
    bucket.at = time;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
};
