// npm start: packages every service, starts the cloud, deploys all of them, prints one table, then watches.
import { type RunningCloud, startCloud, stateFolder } from "@warmstart/cloud";
import { packageServices, packagingErrors } from "./package-services.ts";
import { serviceFolder, services } from "./repository.ts";
import { printTable, type Row } from "./start/table.ts";
import { sampleOf } from "./start/sample.ts";
import { watchServices } from "./start/watch.ts";

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const deployOne = async (running: RunningCloud, name: string): Promise<Row> => {
  const started = performance.now();
  const cloud = running.cloud();
  const { outputs, changed, stackName } = await cloud.deploy({ folder: serviceFolder(name) });
  say(`  ${changed ? "deployed" : "unchanged"} ${stackName} (${seconds(started)})`);
  const url = outputs["HttpApiUrl"];
  return {
    service: name,
    url: url ?? "-",
    command: await sampleOf(name, { endpoint: cloud.endpoint, url: url ?? "", outputs }),
  };
};

const redeploy = async (running: RunningCloud, name: string): Promise<void> => {
  const started = performance.now();
  say(`\n${name} changed: packaging …`);
  const packaged = await packageServices([name]);
  if (packaged.status !== 0) {
    say(`${packagingErrors(packaged.output)}\n${name} keeps its old code until this is mended.`);
    return;
  }
  try {
    await deployOne(running, name);
    say(`${name}: the new code answers after ${seconds(started)}`);
  } catch (error) {
    say(`${name} keeps its old code: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const main = async (): Promise<number> => {
  const started = performance.now();
  const names = services();
  say(`Packaging ${names.join(", ")} (cached by turbo) …`);
  const packaged = await packageServices(names);
  if (packaged.status !== 0) {
    say(packagingErrors(packaged.output));
    return 1;
  }
  say(`  packaged (${seconds(started)})`);
  const cloudStarted = performance.now();
  const running = await startCloud({ folder: stateFolder() });
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
    const rows: Row[] = [];
    for (const name of names) rows.push(await deployOne(running, name));
    say("");
    printTable(rows, say);
    say(`\nReady after ${seconds(started)}. Everything else: npx warmstart status · logs -f · npm run demo`);
    say("Watching services/ for changes; Ctrl-C stops.");
    const unwatch = watchServices(names, (name) => redeploy(running, name));
    await running.ended;
    unwatch();
    return 0;
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    stop();
    await running.ended;
    return 1;
  }
};

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return 1;
});
