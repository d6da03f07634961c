// Work on a stream of inputs: so many at once, and told in the order of the inputs.

/** Waits for all that was begun, also when one of it fails. */
export const inOrder = async function* <T, R>(
  inputs: AsyncIterable<T>,
  limit: number,
  work: (input: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  try {
    for await (const input of inputs) {
      const result = work(input);
      result.catch(() => undefined); // it is told when its turn comes
      begun.push(result);
      const oldest = begun.length >= limit ? begun.shift() : undefined;
      if (oldest) yield await oldest;
    }
    for (let oldest = begun.shift(); oldest; oldest = begun.shift()) yield await oldest;
  } finally {
    await Promise.allSettled(begun);
  }
};

/** Calls with the same key follow each other, in the order in which they came. */
export const oneAfterAnother = (): (<R>(key: string, work: () => Promise<R>) => Promise<R>) => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const own = before ? before.then(work) : work();
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
};
