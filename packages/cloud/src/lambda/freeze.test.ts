import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

let cloud: SmallCloud;
beforeAll(async () => {
  cloud = await openSmallCloud();
});
afterAll(() => cloud.close());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)); // real: functions are

test("work left over after the return stands still until the next call", async () => {
  const code = `let ticks = 0; exports.handler = async ({ start }) => {
    if (start) setInterval(() => ticks++, 1);
    else await new Promise((resolve) => setTimeout(resolve, 20));
    return ticks; }`;
  await cloud.createFunction({ name: "leftover", code });
  await cloud.invoke("leftover", { start: true });
  await pause(200);
  const { result } = await cloud.invoke("leftover");
  expect(Number(result)).toBeGreaterThan(0); // it went on during the second call…
  expect(Number(result)).toBeLessThan(60); // …and only then
});

test("what is printed after the return stands in the log of the next call", async () => {
  const code = `exports.handler = async ({ n }) => { setTimeout(() => console.log("late of " + n), 1); await 0; if (n === 2) await new Promise((r) => setTimeout(r, 20)); return n; }`;
  await cloud.createFunction({ name: "late-words", code });
  const first = await cloud.invoke("late-words", { n: 1 });
  expect(first.logTail).not.toContain("late of");
  expect((await cloud.invoke("late-words", { n: 2 })).logTail).toContain("late of 1");
});

test("failed and large answers freeze as well, and large events wake", async () => {
  const code = `exports.handler = async ({ fail, size = 0 }) => { if (fail) throw new Error("no"); return "x".repeat(size); }`;
  await cloud.createFunction({ name: "sizes", code, MemorySize: 512 });
  for (const event of [{ fail: true }, { size: 5e6 }, { pad: "y".repeat(5e6), size: 3 }]) {
    await cloud.invoke("sizes", event);
  }
  expect(await cloud.invoke("sizes", { size: 2 })).toMatchObject({ failed: false, result: "xx" });
  expect(cloud.lambda.status().find(({ name }) => name === "sizes")).toMatchObject({ environments: 1, coldStarts: 1 });
});

test("a frozen process ends with a cloud that is killed", async () => {
  const module = JSON.stringify(new URL("small-cloud.test.fixture.ts", import.meta.url).href);
  const script = `const { openSmallCloud } = await import(${module});
    const cloud = await openSmallCloud();
    await cloud.createFunction({ name: "fn", code: "exports.handler = async () => process.pid" });
    console.log((await cloud.invoke("fn")).result); setInterval(() => {}, 1000);`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  expect(existsSync(`/proc/${pid}/exe`)).toBe(true);
  child.kill("SIGKILL");
  while (existsSync(`/proc/${pid}/exe`)) await pause(1);
});
