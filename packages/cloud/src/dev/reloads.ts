// What a save does while `dev` watches: sources are reloaded function by function; a change of anything else packages
// and deploys the service again.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HotReload, NewCode } from "./hot-reload.ts";
import type { Project } from "./project.ts";
import { ReloadError } from "./reload-error.ts";
import type { Service } from "./service.ts";
import { type Changes, watchServices } from "./watch.ts";

export interface ReloadPorts {
  readonly swapCode: (functionName: string, folder: string) => Promise<void>;
  readonly repackage: (services: readonly Service[]) => Promise<void>;
  readonly say: (text: string) => void;
}

interface Prepared {
  readonly hot: HotReload;
  /** What the first build gave: the code that runs already, unless something was saved meanwhile. */
  readonly first: readonly NewCode[];
}

/** esbuild is the project's, which may do without. */
const loadHotReload = () => import("./hot-reload.ts").catch(() => undefined);

/**
 * A source may be broken already: then the first good build swaps all. Undefined for a service that is not bundled by the
 * esbuild.config.cjs of @warmstart/deploy: each change of it packages and deploys all of it.
 */
const prepare = async (service: Service): Promise<Prepared | undefined> => {
  const module = existsSync(join(service.folder, "esbuild.config.cjs")) ? await loadHotReload() : undefined;
  if (module === undefined) return undefined;
  const hot = module.createHotReload(service);
  return { hot, first: await hot.build().catch(() => []) };
};

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const shortName = (functionName: string): string => functionName.slice(functionName.lastIndexOf("-") + 1);

const reload = async (
  service: Service,
  build: () => Promise<readonly NewCode[]>,
  ports: ReloadPorts,
): Promise<void> => {
  const { name } = service;
  const started = performance.now();
  try {
    const changed = await build();
    for (const { functionName, folder } of changed) await ports.swapCode(functionName, folder);
    const what = changed.map(({ functionName }) => shortName(functionName)).join(", ");
    const done = what === "" ? "no function's code has changed" : `new code for ${what}`;
    ports.say(`\n${name}: ${done} (${seconds(started)})`);
  } catch (error) {
    // The function is gone, as after `sls remove`: the whole service is deployed again.
    if (!(error instanceof ReloadError)) return ports.repackage([service]);
    ports.say(`\n${error.message}\n\n${name}: the old code stays until this is mended.`);
  }
};

/** Watches until the returned function is called. */
export const startReloads = (project: Project, ports: ReloadPorts): (() => Promise<void>) => {
  const { services, shared } = project;
  let isReady = false;
  const preparing = (async () => {
    const all = new Map<string, Prepared | undefined>();
    for (const service of services) all.set(service.name, await prepare(service));
    isReady = true;
    return all;
  })();

  const apply = async (changes: Changes, isEarly: boolean): Promise<void> => {
    const prepared = await preparing;
    const paths = [...changes.values()].flatMap((files) => [...files]);
    const isShared = shared?.folders.some((folder) => paths.some((path) => path.startsWith(folder))) ?? false;
    if (isShared) await shared?.build();
    const rest: Service[] = [];
    for (const service of services) {
      const { name } = service;
      const files = changes.get(name);
      if (files === undefined) continue;
      const isNew = !prepared.has(name);
      const isCode = [...files].every((file) => file.endsWith(".ts"));
      const one = isCode && isNew ? await prepare(service) : prepared.get(name);
      if (!isCode || one === undefined) {
        rest.push(service);
        continue;
      }
      prepared.set(name, one);
      const { hot, first } = one;
      const build = async (): Promise<readonly NewCode[]> => {
        const changed = await hot.build(isShared ? undefined : files);
        return isEarly || isNew ? [...first, ...changed] : changed;
      };
      await reload(service, build, ports);
    }
    if (rest.length === 0) return;
    await ports.repackage(rest);
    for (const { name } of rest) {
      await prepared.get(name)?.hot.dispose();
      prepared.delete(name); // prepared again at its next change: the package may be broken now
    }
  };
  const unwatch = watchServices(project, (changes) =>
    apply(changes, !isReady).catch((error: unknown) => ports.say(`\nThe change was not taken: ${String(error)}`)),
  );
  return async () => {
    unwatch();
    for (const one of (await preparing).values()) await one?.hot.dispose();
  };
};
