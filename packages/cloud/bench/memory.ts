// What a long session costs in memory: requests, reloads, and doing nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchRow } from "@warmstart/testing/bench";
import { startCloudProcess } from "./cloud-process.ts";
import { atOnce, firstAnswer, oneByOne } from "./load.ts";
import { installPeer, packageHello } from "./peer.ts";

const REQUESTS = 25_000;
const RELOADS = 500;

const row = (name: string, mb: number, most: number): BenchRow => ({
  name,
  value: `${mb.toFixed(0)} MB`,
  target: `≤ ${most} MB`,
  ok: mb <= most,
});

export const memoryRows = async (): Promise<readonly BenchRow[]> => {
  installPeer();
  const folder = packageHello("hello-1");
  const state = mkdtempSync(join(tmpdir(), "warmstart-bench-memory-"));
  mkdirSync(join(state, ".warmstart")); // as with npm start: with --memory all logs are in memory by definition
  const cloud = await startCloudProcess(state);
  const idle = cloud.rssMb();
  const { outputs } = await cloud.admin<{ outputs: Record<string, string> }>("POST", "/deploy", { folder });
  const target = { url: `${outputs["HttpApiUrl"] ?? ""}/hello`, body: '{"name":"bench"}' };
  await firstAnswer(target);
  await atOnce(target, { connections: 10, count: 3_000 }); // the heap finds its size
  const before = cloud.rssMb();
  await atOnce(target, { connections: 10, count: REQUESTS });
  const grown = cloud.rssMb() - before;

  const code = mkdtempSync(join(tmpdir(), "warmstart-bench-reload-"));
  const beforeReloads = cloud.rssMb();
  for (let index = 0; index < RELOADS; index++) {
    const source = `exports.handler = async () => ({ statusCode: 200, body: "${index}" });\n`;
    writeFileSync(join(code, "hello.js"), source);
    await cloud.admin("PUT", "/functions/hello-1-local-hello/code", { folder: code });
    await oneByOne(target, 1);
  }
  const reloaded = cloud.rssMb() - beforeReloads;
  await cloud.close();
  for (const folder of [code, state]) rmSync(folder, { recursive: true, force: true });
  return [
    row("resident memory, idle", idle, 120),
    row(`growth over ${REQUESTS} requests`, grown, 20),
    row(`growth over ${RELOADS} reloads`, reloaded, 30),
  ];
};
