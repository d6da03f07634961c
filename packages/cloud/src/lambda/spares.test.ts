import { expect, test } from "@jest/globals";
import type { FunctionProcess } from "./function-process.ts";
import { createSpares } from "./spares.ts";

const blank = (memoryMb: number): FunctionProcess => {
  const ended = Promise.withResolvers<{ code: null; signal: "SIGKILL" }>();
  return {
    pid: 0,
    memoryMb,
    send: () => {},
    next: () => ended.promise,
    printed: async () => {},
    onLine: () => {},
    alive: () => true,
    ended: ended.promise,
    kill: () => ended.resolve({ code: null, signal: "SIGKILL" }),
  };
};

test("a change of a function while the cloud closes starts no process", async () => {
  let started = 0;
  const spares = createSpares(2, ({ memoryMb }) => {
    started++;
    return blank(memoryMb);
  });
  spares.refill(128);
  await spares.close();
  spares.refill(128);
  spares.refill(256);
  expect(started).toBe(1);
});
