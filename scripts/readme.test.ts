import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLocalPeers } from "@warmstart/cloud/dev";
import { openCloud, type TestCloud } from "@warmstart/testing";
import { inDeployOrder } from "./deploy-order.ts";
import { blocksOf, readmes } from "./readme.ts";
import { root, serviceFolder, services } from "./repository.ts";

const blocks = readmes().flatMap(blocksOf);

test("every TypeScript block of a README compiles as a module of its own", () => {
  const folder = join(root, "node_modules/.cache/readme");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compilerOptions = {
    noEmit: true,
    composite: false,
    module: "preserve",
    moduleResolution: "bundler",
    noUnusedLocals: false,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] }),
  );
  const modules = blocks.filter(({ language }) => language === "ts");
  expect(modules.length).toBeGreaterThan(0);
  for (const { file, line, code } of modules) {
    const name = `${dirname(file).replaceAll("/", "-")}-line-${line}.ts`;
    writeFileSync(join(folder, name), `${code}\nexport {};\n`);
  }
  const { status, stdout } = spawnSync("tsc", ["-p", folder], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

const commands = blocks.filter(({ runs }) => runs);
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
