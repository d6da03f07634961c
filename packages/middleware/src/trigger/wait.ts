// Waiting, by the clock of the embedded AWS where the function runs there.
interface FrozenClock {
  /** Moves this invocation's `Date` on and returns at once. */
  readonly skip: (milliseconds: number) => unknown;
}

const frozenClock = (): FrozenClock | undefined => {
  const clock: unknown = Reflect.get(globalThis, Symbol.for("warmstart.clock"));
  return typeof clock === "object" && clock !== null && "skip" in clock && typeof clock.skip === "function"
    ? (clock as FrozenClock) // checked in the line above
    : undefined;
};

/**
 * The only way to wait: a timer that `signal` ends early (it rejects with the signal's reason). Under the frozen clock
 * of the local cloud it moves the time of this invocation on instead and returns at once.
 */
export const wait = async (seconds: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  const clock = frozenClock();
  if (clock) {
    await clock.skip(seconds * 1000);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
};
