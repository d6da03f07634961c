// One process, one folder: what `warmstart up` does when it is stopped and reset, once or several times at once.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createCloud } from "../cloud.ts";
import { openStore } from "../store/store.ts";
import { readLock } from "./lock.ts";
import { startCloud } from "./up.ts";

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = join(realpathSync(mkdtempSync(join(tmpdir(), "warmstart-up-"))), ".warmstart");
  mkdirSync(folder);
  process.chdir(join(folder, ".."));
});
afterEach(() => {
  process.chdir(home);
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const ask = async (endpoint: string, method: string, path: string): Promise<unknown> =>
  (await fetch(`${endpoint}/_warmstart/v1${path}`, { method })).json();

test("a free port is the one in the lock", async () => {
  const running = await startCloud({ folder, port: 0 });
  expect(`http://127.0.0.1:${readLock()?.port}`).toBe(running.cloud().endpoint);
  await running.stop();
  expect(readLock()).toBeUndefined();
});

test("stopped twice, and by `down` meanwhile, it ends once", async () => {
  const running = await startCloud({ folder, port: 0 });
  expect(await ask(running.cloud().endpoint, "POST", "/down")).toEqual({});
  await Promise.all([running.stop(), running.stop(), running.ended]);
});

test("reset twice at once leaves one empty cloud on the same port", async () => {
  const running = await startCloud({ folder, port: 0 });
  const { endpoint } = running.cloud();
  writeFileSync(join(folder, "left"), "");
  const before = await ask(endpoint, "GET", "/health");
  await Promise.all([running.reset(), running.reset()]);
  expect(await ask(endpoint, "GET", "/health")).not.toEqual(before);
  expect(await ask(endpoint, "POST", "/reset")).toEqual({});
  await running.stop();
  expect(readLock()).toBeUndefined();
});

test("of two clouds that start on one folder in the same instant, one runs", async () => {
  const started = await Promise.allSettled([startCloud({ folder, port: 0 }), startCloud({ folder, port: 0 })]);
  const running = started.filter((each) => each.status === "fulfilled").map(({ value }) => value);
  expect(running).toHaveLength(1);
  expect(started.find((each) => each.status === "rejected")?.reason).toMatchObject({
    message: expect.stringContaining("Another process uses the state"),
  });
  for (const each of running) await each.stop();
});

test("a cloud closed twice closes once", async () => {
  const cloud = await createCloud({ port: 0 });
  expect(await Promise.allSettled([cloud.close(), cloud.close()])).toMatchObject([
    { status: "fulfilled" },
    { status: "fulfilled" },
  ]);
});

test("a cloud that cannot start lets go of its port and its state", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port: held } = other.address() as AddressInfo; // a TCP server that listens has one
  const store = openStore({ folder });
  store.table("http_apis").put("abc", { apiId: "abc", owner: "stack/Api" });
  store.table("http_api_ports").put("stack/Api", held);
  store.close();
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  await expect(createCloud({ folder, port })).rejects.toThrow(`Port ${held}`);
  await expect(fetch(`http://127.0.0.1:${port}/_warmstart/v1/health`)).rejects.toThrow("fetch failed");
  await new Promise((resolve) => other.close(resolve));
});
