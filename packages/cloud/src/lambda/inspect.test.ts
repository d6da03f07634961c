import { afterEach, expect, test } from "@jest/globals";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

let cloud: SmallCloud;
afterEach(() => cloud.close());

const portOf = (reports: readonly string[], name: string): string =>
  new RegExp(`the debugger of ${name} is at (127\\.0\\.0\\.1:\\d+)`).exec(reports.join("\n"))?.[1] ?? "nowhere";

test("a function that is debugged listens on its own port, has no time-out and does not freeze", async () => {
  cloud = await openSmallCloud({ inspect: "fn" });
  const code = `let ticks = 0; exports.handler = async ({ ms }) => { setInterval(() => ticks++, 1).unref(); await new Promise((r) => setTimeout(r, ms)); return ticks; }`;
  await cloud.createFunction({ name: "fn", code, Timeout: 1 });
  await cloud.createFunction({ name: "other", code: `exports.handler = async () => process.execArgv.join()` });
  const { failed, logTail } = await cloud.invoke("fn", { ms: 1100 });
  expect(failed).toBe(false);
  expect(logTail).not.toContain("Debugger");
  const list: unknown = await (await fetch(`http://${portOf(cloud.reports, "fn")}/json/list`)).json();
  expect(list).toMatchObject([{ type: "node", webSocketDebuggerUrl: expect.stringContaining("ws://127.0.0.1:") }]);
  const [first, second] = [
    (await cloud.invoke("fn", { ms: 0 })).result,
    (await cloud.invoke("fn", { ms: 100 })).result,
  ];
  expect(Number(second)).toBeGreaterThan(Number(first));
  expect((await cloud.invoke("other")).result).not.toContain("inspect");
});

test("each function keeps its port, and calls of one wait for each other", async () => {
  cloud = await openSmallCloud({ inspect: true });
  const code = `exports.handler = async () => [process.pid, process.execArgv.find((flag) => flag.startsWith("--inspect="))]`;
  for (const name of ["a", "b"]) await cloud.createFunction({ name, code });
  const [first, second, third] = await Promise.all(
    ["a", "a", "b"].map(async (name) => (await cloud.invoke(name)).result),
  );
  expect(first).toEqual(second);
  const [pid, flag] = first as [number, string];
  const [otherPid, otherFlag] = third as [number, string];
  expect(otherPid).not.toBe(pid);
  expect(otherFlag).not.toBe(flag);
  cloud.lambda.cool("a");
  expect((await cloud.invoke("a")).result).toEqual([expect.any(Number), flag]);
});
