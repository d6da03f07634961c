// The cloud of `npm start`: deploys the packaged services, prints the table, redeploys what changes, until Ctrl-C.
import { type RunningCloud, startCloud, stateFolder } from "@warmstart/cloud";
import { inDeployOrder } from "../deploy-order.ts";
import { createLocalPeers, type LocalPeers } from "../local-peers.ts";
import { packageServices, packagingErrors } from "../package-services.ts";
import { serviceFolder } from "../repository.ts";
import { startReloads } from "./reloads.ts";
import { sampleOf } from "./sample.ts";
import { printTable, type Row } from "./table.ts";

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** The cloud, and what runs beside it. */
interface Place {
  readonly running: RunningCloud;
  readonly peers: LocalPeers;
}

const deployOne = async ({ running, peers }: Place, name: string): Promise<Row> => {
  const started = performance.now();
  const cloud = running.cloud();
  const parameters = await peers.parametersOf(name);
  const { outputs, changed, stackName } = await cloud.deploy({ folder: serviceFolder(name), parameters });
  say(`  ${changed ? "deployed" : "unchanged"} ${stackName} (${seconds(started)})`);
  const url = outputs["HttpApiUrl"] ?? "";
  return { service: name, url: url || "-", command: await sampleOf(name, { endpoint: cloud.endpoint, url, outputs }) };
};

/** One service that cannot be deployed leaves those running that do not import from it; a change of it is the next try. */
const deployAll = async (place: Place, names: readonly string[]): Promise<void> => {
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const name of inDeployOrder(names)) {
    try {
      rows.push(await deployOne(place, name));
    } catch (error) {
      failed.push(`${name} is not deployed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (rows.length === 0 && failed.length > 0) throw new Error(failed.join("\n"));
  say("");
  printTable(rows, say);
  for (const line of failed) say(`\n${line}`);
};

const repackage = async (place: Place, names: readonly string[]): Promise<void> => {
  const started = performance.now();
  const what = names.join(", ");
  say(`\n${what}: packaging …`);
  const packaged = await packageServices(names);
  if (packaged.status !== 0) {
    say(`${packagingErrors(packaged.output)}\n\n${what}: the old code stays until this is mended.`);
    return;
  }
  try {
    for (const name of inDeployOrder(names)) await deployOne(place, name);
    say(`${what}: done after ${seconds(started)}`);
  } catch (error) {
    say(`${what}: the old code stays: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Runs until Ctrl-C or `warmstart down`; answers the exit status. */
export const runCloud = async (names: readonly string[], started: number): Promise<number> => {
  say(`  packaged (${seconds(started)})`);
  const cloudStarted = performance.now();
  const running = await startCloud({ folder: stateFolder() }, async () => {
    say("\nThe cloud was emptied; deploying again …");
    await deployAll(place, names).catch((error: unknown) => say(String(error)));
  });
  const place = { running, peers: createLocalPeers(() => running.cloud().endpoint) };
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
    await deployAll(place, names);
    say(`\nReady after ${seconds(started)}. Everything else: npx warmstart status · logs -f · npm run demo`);
    const endReloads = startReloads(names, {
      swapCode: (functionName, folder) => running.cloud().swapCode(functionName, folder),
      repackage: (changed) => repackage(place, changed),
      say,
    });
    say("Watching for changes; Ctrl-C stops.");
    await running.ended;
    await endReloads();
    return 0;
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    stop();
    await running.ended;
    return 1;
  } finally {
    await place.peers.stop();
  }
};
