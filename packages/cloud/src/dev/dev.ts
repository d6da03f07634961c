// A cloud that runs a project while it is worked on: deploys the packaged services, prints the table, redeploys what
// changes, until Ctrl-C.
import { stateFolder } from "../cli/lock.ts";
import { type RunningCloud, startCloud } from "../cli/up.ts";
import { inDeployOrder } from "./deploy-order.ts";
import { createLocalPeers, type LocalPeers } from "./local-peers.ts";
import { packagingErrors } from "./packaging.ts";
import type { Project } from "./project.ts";
import { startReloads } from "./reloads.ts";
import { sampleOf } from "./sample.ts";
import type { Service } from "./service.ts";
import { printTable, type Row } from "./table.ts";

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** The cloud, and what runs beside it. */
interface Place {
  readonly running: RunningCloud;
  /** Others after a reset: what they knew of the cloud is gone. */
  peers: LocalPeers;
}

const deployOne = async ({ running, peers }: Place, service: Service): Promise<Row> => {
  const started = performance.now();
  const cloud = running.cloud();
  const settings = await peers.settingsOf(service);
  const { outputs, changed, stackName } = await cloud.deploy({ folder: service.folder, ...settings });
  say(`  ${changed ? "deployed" : "unchanged"} ${stackName} (${seconds(started)})`);
  const url = outputs["HttpApiUrl"] ?? "";
  const command = await sampleOf(service, { endpoint: cloud.endpoint, url, outputs });
  return { service: service.name, url: url || "-", command };
};

/** One service that cannot be deployed leaves those running that do not import from it; a change of it is the next try. */
const deployAll = async (place: Place, services: readonly Service[]): Promise<void> => {
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const service of inDeployOrder(services)) {
    try {
      rows.push(await deployOne(place, service));
    } catch (error) {
      failed.push(`${service.name} is not deployed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (rows.length === 0 && failed.length > 0) throw new Error(failed.join("\n"));
  say("");
  printTable(rows, say);
  for (const line of failed) say(`\n${line}`);
};

const repackage = async (place: Place, project: Project, services: readonly Service[]): Promise<void> => {
  const started = performance.now();
  const what = services.map(({ name }) => name).join(", ");
  say(`\n${what}: packaging …`);
  try {
    const packaged = await project.packageServices(services);
    if (packaged.status !== 0) throw new Error(`${packagingErrors(packaged.output)}\n`);
    for (const service of inDeployOrder(services)) await deployOne(place, service);
    say(`${what}: done after ${seconds(started)}`);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${what}: the old code stays until this is mended.`);
  }
};

/** Runs packaged services until Ctrl-C or `warmstart down`; answers the exit status. `started`: on performance's clock. */
export const dev = async (project: Project, started: number): Promise<number> => {
  const { services, more } = project;
  say(`  packaged (${seconds(started)})`);
  const cloudStarted = performance.now();
  const running = await startCloud({ folder: stateFolder() }, async () => {
    say("\nThe cloud was emptied; deploying again …");
    await place.peers.stop();
    place.peers = createPeers();
    await deployAll(place, services).catch((error: unknown) => say(String(error)));
  });
  const createPeers = (): LocalPeers => createLocalPeers(() => running.cloud().endpoint);
  const place: Place = { running, peers: createPeers() };
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
    await deployAll(place, services);
    say(
      `\nReady after ${seconds(started)}. Everything else: npx warmstart status · logs -f${more === undefined ? "" : ` · ${more}`}`,
    );
    const endReloads = startReloads(project, {
      swapCode: (functionName, folder) => running.cloud().swapCode(functionName, folder),
      repackage: (changed) => repackage(place, project, changed),
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
