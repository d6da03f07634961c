import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { openStore } from "../store/store.ts";
import { openSmallCloud } from "./small-cloud.test.fixture.ts";
import { spawnFunctionProcess } from "./function-process.ts";
import { createOrphans } from "./orphans.ts";

const runs = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the next start ends processes that a killed cloud left, and no others", async () => {
  const cloud = await openSmallCloud();
  const left = spawnFunctionProcess({ memoryMb: 128 });
  const other = spawnFunctionProcess({ memoryMb: 128 });
  const store = openStore();
  const ground = { ...cloud.ground, store };
  createOrphans(ground).record(left);
  const table = store.table<{ pid: number; startTime: string }>("lambda_processes");
  table.put(String(other.pid), { pid: other.pid, startTime: "1" }); // the pid belongs to somebody else by now
  createOrphans(ground).end();
  await left.ended;
  expect(runs(other.pid)).toBe(true);
  expect(cloud.reports).toEqual([expect.stringContaining(String(left.pid))]);
  other.kill();
  await other.ended;
  expect(table.list()).toEqual([]);
  store.close();
  await cloud.close();
});

test("settles when every process has ended and is forgotten, also those ended on the way", async () => {
  const cloud = await openSmallCloud();
  const orphans = createOrphans(cloud.ground);
  const ended = Promise.withResolvers<{ code: number; signal: null }>();
  orphans.record({ pid: process.pid, ended: ended.promise });
  let isSettled = false;
  const wait = async (): Promise<void> => {
    await orphans.settled();
    isSettled = true;
  };
  const settled = wait();
  await turn();
  expect(isSettled).toBe(false);
  ended.resolve({ code: 0, signal: null });
  await settled;
  expect(cloud.store.table("lambda_processes").list()).toEqual([]);
  await cloud.close();
});

test("function processes end with a cloud that is killed", async () => {
  const script = `const { spawnFunctionProcess } = await import(${JSON.stringify(new URL("function-process.ts", import.meta.url).href)});
    console.log(spawnFunctionProcess({ memoryMb: 128 }).pid); setInterval(() => {}, 1000);`;
  const cloud = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(cloud.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  expect(runs(pid)).toBe(true);
  cloud.kill("SIGKILL");
  while (runs(pid)) await turn();
});

test("closing a cloud ends every process it started", async () => {
  const cloud = await openSmallCloud({ spares: 2 });
  await cloud.createFunction({
    name: "fn",
    code: `exports.handler = async (event) => event.wait ? new Promise(() => {}) : process.pid`,
  });
  const { result } = await cloud.invoke("fn");
  const hanging = cloud.invoke("fn", { wait: true });
  const table = cloud.store.table<{ pid: number }>("lambda_processes");
  await turn();
  const pids = table.list().map(([, { pid }]) => pid);
  expect(pids).toContain(result);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  await cloud.close();
  expect((await hanging).failed).toBe(true);
  for (const pid of pids) expect(runs(pid)).toBe(false);
});
