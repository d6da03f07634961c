import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { spawnFunctionProcess } from "./function-process.ts";
import type { ConfigureMessage } from "./messages.ts";
import { createSpares } from "./spares.ts";
import { splitLines } from "./split-lines.ts";

const configuration: ConfigureMessage = {
  type: "configure",
  env: {},
  root: tmpdir(),
  compiled: join(tmpdir(), "warmstart-test-compiled"),
  handler: "none.handler",
  now: Date.parse("2026-11-21T08:00:00Z"),
  frozen: true,
  allowNet: [],
  freeze: false,
};

test("a process watches its own memory where the cloud cannot", async () => {
  const process = spawnFunctionProcess({ memoryMb: 128 });
  const root = mkdtempSync(join(tmpdir(), "warmstart-test-"));
  writeFileSync(join(root, "index.js"), "for (;;);");
  process.send({ ...configuration, root, handler: "index.handler", watchBytes: 1 });
  expect(await process.ended).toEqual({ code: null, signal: "SIGKILL" });
  rmSync(root, { recursive: true });
  expect(process.alive()).toBe(false);
});

test("everything that was printed has arrived before an answer counts", async () => {
  const process = spawnFunctionProcess({ memoryMb: 128 });
  const lines: string[] = [];
  process.onLine((line) => lines.push(line));
  process.send(configuration);
  const answer = await process.next();
  expect(answer).toMatchObject({ type: "init-failed", error: { errorType: "Runtime.ImportModuleError" } });
  if ("out" in answer) await process.printed(answer.out, answer.err);
  expect(lines).toEqual([expect.stringContaining("Cannot find module 'none'")]);
  expect(await process.ended).toEqual({ code: 129, signal: null });
});

test("lines are cut at line breaks, however the bytes come, and very long ones into pieces", () => {
  const lines: string[] = [];
  const split = splitLines((line) => lines.push(line));
  for (const byte of Buffer.from("ä€😀\none\0event\n\nlast")) split.add(Buffer.from([byte]));
  expect(lines).toEqual(["ä€😀", "one\nevent", ""]);
  split.end();
  expect(lines.at(-1)).toBe("last");
  split.add(Buffer.from(`${"x".repeat(300 * 1024)}\n`));
  expect(lines.slice(-2).map(({ length }) => length)).toEqual([256 * 1024, 44 * 1024]);
});

test("what Node compiled of the code is kept beside it, although the process ends by a signal", async () => {
  const root = mkdtempSync(join(tmpdir(), "warmstart-test-"));
  const compiled = `${root}.compiled`;
  writeFileSync(join(root, "index.js"), "exports.handler = async () => 1;");
  const process = spawnFunctionProcess({ memoryMb: 128 });
  process.send({ ...configuration, root, compiled, handler: "index.handler" });
  expect(await process.next()).toMatchObject({ type: "ready" });
  const call = {
    type: "invoke",
    arn: "a",
    payload: "{}",
    timeoutMs: 1000,
    traceId: "t",
    now: 0,
    frozen: true,
  } as const;
  for (const id of ["1", "2"]) {
    process.send({ ...call, id }); // the second is answered after the first has come to rest
    expect(await process.next()).toMatchObject({ type: "done", id, result: "1" });
  }
  expect(readdirSync(compiled)).toHaveLength(1);
  process.kill();
  await process.ended;
  for (const folder of [root, compiled]) rmSync(folder, { recursive: true });
});

test("spares fit one memory size; the size asked for last is kept", async () => {
  const made: number[] = [];
  const spares = createSpares(2, (options) => {
    made.push(options.memoryMb);
    return spawnFunctionProcess(options);
  });
  spares.refill(128);
  spares.refill(128);
  spares.refill(128);
  expect(made).toEqual([128, 128]);
  spares.refill(256); // takes the place of one
  expect(made).toEqual([128, 128, 256]);
  const taken = [spares.take({ memoryMb: 256 }), spares.take({ memoryMb: 128 })];
  expect(made).toHaveLength(3);
  taken.push(spares.take({ memoryMb: 256 }), spares.take({ memoryMb: 128, nodeOptions: "--no-warnings" }));
  expect(made).toEqual([128, 128, 256, 256, 128]);
  for (const process of taken) process.kill();
  await Promise.all(taken.map(({ ended }) => ended));
  await spares.close();
});
