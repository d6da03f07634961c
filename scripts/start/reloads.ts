// What a save does while `npm start` watches: sources are reloaded function by function; a change of anything else packages
// and deploys the service again.
import { join } from "node:path";
import { buildPackages } from "../package-services.ts";
import { root } from "../repository.ts";
import { createHotReload, type HotReload, type NewCode, ReloadError } from "./hot-reload.ts";
import { type Changes, watchServices } from "./watch.ts";

export interface ReloadPorts {
  readonly swapCode: (functionName: string, folder: string) => Promise<void>;
  readonly repackage: (names: readonly string[]) => Promise<void>;
  readonly say: (text: string) => void;
}

interface Prepared {
  readonly hot: HotReload;
  /** What the first build gave: the code that runs already, unless something was saved meanwhile. */
  readonly first: readonly NewCode[];
}

/** A source may be broken already: then the first good build swaps all. */
const prepare = async (name: string): Promise<Prepared> => {
  const hot = createHotReload(name);
  return { hot, first: await hot.build().catch(() => []) };
};

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const shortName = (functionName: string): string => functionName.slice(functionName.lastIndexOf("-") + 1);

const reload = async (name: string, build: () => Promise<readonly NewCode[]>, ports: ReloadPorts): Promise<void> => {
  const started = performance.now();
  try {
    const changed = await build();
    for (const { functionName, folder } of changed) await ports.swapCode(functionName, folder);
    const what = changed.map(({ functionName }) => shortName(functionName)).join(", ");
    const done = what === "" ? "no function's code has changed" : `new code for ${what}`;
    ports.say(`\n${name}: ${done} (${seconds(started)})`);
  } catch (error) {
    // The function is gone, as after `sls remove`: the whole service is deployed again.
    if (!(error instanceof ReloadError)) return ports.repackage([name]);
    ports.say(`\n${error.message}\n\n${name}: the old code stays until this is mended.`);
  }
};

/** Watches until the returned function is called. */
export const startReloads = (names: readonly string[], ports: ReloadPorts): (() => Promise<void>) => {
  let isReady = false;
  const preparing = (async () => {
    const all = new Map<string, Prepared>();
    for (const name of names) all.set(name, await prepare(name));
    isReady = true;
    return all;
  })();

  const apply = async (changes: Changes, isEarly: boolean): Promise<void> => {
    const prepared = await preparing;
    const paths = [...changes.values()].flatMap((files) => [...files]);
    const isShared = paths.some((path) => path.startsWith(join(root, "packages")));
    if (isShared) await buildPackages();
    const rest: string[] = [];
    for (const [name, files] of changes) {
      if (![...files].every((file) => file.endsWith(".ts"))) {
        rest.push(name);
        continue;
      }
      const one = prepared.get(name) ?? (await prepare(name));
      const isNew = !prepared.has(name);
      prepared.set(name, one);
      const { hot, first } = one;
      const build = async (): Promise<readonly NewCode[]> => {
        const changed = await hot.build(isShared ? undefined : files);
        return isEarly || isNew ? [...first, ...changed] : changed;
      };
      await reload(name, build, ports);
    }
    if (rest.length === 0) return;
    await ports.repackage(rest);
    for (const name of rest) {
      await prepared.get(name)?.hot.dispose();
      prepared.delete(name); // prepared again at its next change: the package may be broken now
    }
  };
  const unwatch = watchServices(names, (changes) =>
    apply(changes, !isReady).catch((error: unknown) => ports.say(`\nThe change was not taken: ${String(error)}`)),
  );
  return async () => {
    unwatch();
    for (const { hot } of (await preparing).values()) await hot.dispose();
  };
};
