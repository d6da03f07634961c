// Order of work: what depends on what, cycles, and running up to eight at once.

export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/** How many resources are worked on at once. */
const PARALLEL = 8;

/** The members of all cycles, sorted; empty when there is none. */
export const cycleMembers = (dependencies: Dependencies): readonly string[] => {
  const reaches = (from: string): boolean => {
    const seen = new Set<string>();
    const open = [...(dependencies.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === from) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(dependencies.get(next) ?? []));
    }
    return false;
  };
  return [...dependencies.keys()].filter(reaches).toSorted();
};

/** The same graph for deletion: what was needed goes last. */
export const reversed = (dependencies: Dependencies): Dependencies => {
  const result = new Map([...dependencies.keys()].map((key) => [key, new Set<string>()]));
  for (const [key, needs] of dependencies) for (const need of needs) result.get(need)?.add(key);
  return result;
};

/** AWS's sentence about resources that failed. */
export const failedTo = (verb: string, logicalIds: readonly string[]): string =>
  `The following resource(s) failed to ${verb}: [${logicalIds.join(", ")}]. `;

/**
 * Runs `work` for every key after all it depends on. After a failure what depends on it is left out; with `stop` nothing
 * new is begun at all. Resolves with the keys that failed when everything begun has ended.
 */
export const runInOrder = async (
  dependencies: Dependencies,
  work: (key: string) => Promise<void>,
  { stop }: { readonly stop: boolean },
): Promise<readonly string[]> => {
  const waiting = new Map(
    [...dependencies].map(([key, needs]) => [key, [...needs].filter((need) => dependencies.has(need))]),
  );
  const done = new Set<string>();
  const failures: string[] = [];
  const running = new Map<string, Promise<void>>();
  const run = async (key: string): Promise<void> => {
    try {
      await work(key);
      done.add(key);
    } catch {
      failures.push(key); // its event has the reason
    }
    running.delete(key);
  };
  for (;;) {
    const ready =
      stop && failures.length > 0 ? [] : [...waiting].filter(([, needs]) => needs.every((need) => done.has(need)));
    for (const [key] of ready.slice(0, PARALLEL - running.size)) {
      waiting.delete(key);
      running.set(key, run(key));
    }
    if (running.size === 0) return failures;
    await Promise.race(running.values());
  }
};
