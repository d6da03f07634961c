// The cloud of `npm start`: deploys the packaged services, prints the table, redeploys what changes, until Ctrl-C.
import { type RunningCloud, startCloud, stateFolder } from "@warmstart/cloud";
import { join } from "node:path";
import { buildPackages, packageServices, packagingErrors } from "../package-services.ts";
import { root, serviceFolder } from "../repository.ts";
import { createHotReload, type HotReload, ReloadError } from "./hot-reload.ts";
import { sampleOf } from "./sample.ts";
import { printTable, type Row } from "./table.ts";
import { type Changes, watchServices } from "./watch.ts";

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const deployOne = async (running: RunningCloud, name: string): Promise<Row> => {
  const started = performance.now();
  const cloud = running.cloud();
  const { outputs, changed, stackName } = await cloud.deploy({ folder: serviceFolder(name) });
  say(`  ${changed ? "deployed" : "unchanged"} ${stackName} (${seconds(started)})`);
  const url = outputs["HttpApiUrl"] ?? "";
  return { service: name, url: url || "-", command: await sampleOf(name, { endpoint: cloud.endpoint, url, outputs }) };
};

const deployAll = async (running: RunningCloud, names: readonly string[]): Promise<void> => {
  const rows: Row[] = [];
  for (const name of names) rows.push(await deployOne(running, name));
  say("");
  printTable(rows, say);
};

const repackage = async (running: RunningCloud, names: readonly string[]): Promise<void> => {
  const started = performance.now();
  const what = names.join(", ");
  say(`\n${what}: packaging …`);
  const packaged = await packageServices(names);
  if (packaged.status !== 0) {
    say(`${packagingErrors(packaged.output)}\n\n${what}: the old code stays until this is mended.`);
    return;
  }
  try {
    for (const name of names) await deployOne(running, name);
    say(`${what}: done after ${seconds(started)}`);
  } catch (error) {
    say(`${what}: the old code stays: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Gives new code to the functions whose bundle changed. */
const reload = async (running: RunningCloud, name: string, { build }: HotReload): Promise<void> => {
  const started = performance.now();
  try {
    const changed = await build();
    for (const { functionName, folder } of changed) await running.cloud().swapCode(functionName, folder);
    const what = changed.map(({ functionName }) => functionName.slice(functionName.lastIndexOf("-") + 1)).join(", ");
    say(`\n${name}: ${what === "" ? "nothing changed in the bundles" : `new code for ${what}`} (${seconds(started)})`);
  } catch (error) {
    if (!(error instanceof ReloadError)) throw error;
    say(`\n${error.message}\n\n${name}: the old code stays until this is mended.`);
  }
};

interface Reloads {
  readonly apply: (changes: Changes) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** Sources are reloaded function by function; a change of anything else packages and deploys the service again. */
const prepareReloads = async (running: RunningCloud, names: readonly string[]): Promise<Reloads> => {
  const hot = new Map<string, HotReload>();
  const prepare = async (name: string): Promise<void> => {
    const one = await createHotReload(name);
    hot.set(name, one);
    await one.build().catch(() => []); // a source is broken already: the first good build swaps all
  };
  for (const name of names) await prepare(name);
  const apply = async (changes: Changes): Promise<void> => {
    const paths = [...changes.values()].flatMap((files) => [...files]);
    if (paths.some((path) => path.startsWith(join(root, "packages")))) await buildPackages();
    const rest: string[] = [];
    for (const [name, files] of changes) {
      const one = hot.get(name);
      const isCode = [...files].every((file) => file.endsWith(".ts"));
      if (isCode && one !== undefined) await reload(running, name, one);
      else rest.push(name);
    }
    if (rest.length === 0) return;
    await repackage(running, rest);
    for (const name of rest) {
      await hot.get(name)?.dispose();
      await prepare(name);
    }
  };
  const dispose = async (): Promise<void> => {
    for (const one of hot.values()) await one.dispose();
  };
  return { apply, dispose };
};

/** Runs until Ctrl-C or `warmstart down`; answers the exit status. */
export const runCloud = async (names: readonly string[], started: number): Promise<number> => {
  say(`  packaged (${seconds(started)})`);
  const cloudStarted = performance.now();
  const running = await startCloud({ folder: stateFolder() }, async () => {
    say("\nThe cloud was emptied; deploying again …");
    await deployAll(running, names).catch((error: unknown) => say(String(error)));
  });
  say(`  cloud ready at ${running.cloud().endpoint} (${seconds(cloudStarted)})`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    say("\nStopping …");
    void running.stop();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    await deployAll(running, names);
    say(`\nReady after ${seconds(started)}. Everything else: npx warmstart status · logs -f · npm run demo`);
    say("Watching for changes; Ctrl-C stops.");
    const reloads = await prepareReloads(running, names);
    const unwatch = watchServices(names, (changes) =>
      reloads.apply(changes).catch((error: unknown) => say(`\nThe change was not taken: ${String(error)}`)),
    );
    await running.ended;
    unwatch();
    await reloads.dispose();
    return 0;
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    stop();
    await running.ended;
    return 1;
  }
};
