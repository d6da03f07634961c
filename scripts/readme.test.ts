// The commands in the READMEs work as typed, against a cloud with every service in it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLocalPeers } from "@warmstart/cloud/dev";
import { openCloud, type TestCloud } from "@warmstart/testing";
import { inDeployOrder } from "./deploy-order.ts";
import { blocksOf, readmes } from "./readme.ts";
import { root, serviceFolder, services } from "./repository.ts";

const blocks = readmes().flatMap(blocksOf);

const commands = blocks.filter(({ runs, language }) => runs && language === "sh");
let cloud: TestCloud;
const peers = createLocalPeers(() => cloud.endpoint);

beforeAll(async () => {
  cloud = await openCloud({ clock: "real" });
  for (const name of inDeployOrder(services()))
    await cloud.deploy(serviceFolder(name), await peers.settingsOf({ name, folder: serviceFolder(name) }));
});
afterAll(async () => {
  await cloud.close();
  await peers.stop();
});

test.each(commands.map((block) => [`${block.file}:${block.line}`, block.code] as const))(
  "%s works as typed",
  async (_where, code) => {
    const env = { ...process.env, ...cloud.env, WARMSTART_PORT: new URL(cloud.endpoint).port };
    // Not spawnSync: what services call runs in this process, and has to answer meanwhile.
    const bash = promisify(execFile)("bash", ["-euo", "pipefail", "-c", code], { cwd: root, env, timeout: 60_000 });
    await expect(bash).resolves.toBeDefined();
  },
  70_000,
);
