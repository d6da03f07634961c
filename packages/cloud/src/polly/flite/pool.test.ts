import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createPool, type Pool } from "./pool.ts";

const inFullRuns = process.env["WARMSTART_FULL"] ? describe : describe.skip;

const { signal } = new AbortController();
const deadlineMs = 60_000;
const errors: unknown[] = [];
const onError = (error: unknown) => errors.push(error);
const said = (text: string) => ["-voice", "kal16", "-psdur", "-t", text, "-o", "output"];
let pool: Pool;

beforeAll(() => {
  pool = createPool({ size: 2, idleMs: 60_000, onError });
});
afterAll(async () => pool.close());

const say = async (text: string, until = signal) => pool.run({ args: said(text), deadlineMs, signal: until });
const rssAfter = async (calls: number) => {
  for (let call = 0; call < calls; call++) await say("The harbour was quiet when they came down in the morning.");
  return process.memoryUsage.rss();
};

test("a text always sounds the same, to the byte", async () => {
  const text = "Hello world. This is fine, Mr. Smith.";
  const [one, two, three] = [...(await Promise.all([say(text), say(text)])), await say(text)];
  const hash = createHash("sha256").update(one.samples).digest("hex");
  expect({ hash, bytes: one.samples.length }).toEqual({
    hash: "8b1fe628fc768844c714a618d3af0865084ab9a5978e60b431c892eb5e6e660b", // as node:wasi has it
    bytes: 103_402,
  });
  expect(two).toEqual(one);
  expect(three).toEqual(one);
});

test("what hangs is ended at its deadline, and the thread replaced", async () => {
  const hanging = pool.run({ args: ["-l", "-t", "a", "-o", "none"], deadlineMs: 300, signal });
  await expect(hanging).rejects.toThrow("The voice took more than 300 ms");
  expect(errors.splice(0)).toHaveLength(1);
  expect((await Promise.all([say("a"), say("a"), say("a")])).map(({ samples }) => samples.length > 10_000)).toEqual([true, true, true]); // prettier-ignore
});

test("a call that fails leaves the thread to the next", async () => {
  const fails = pool.run({ args: ["-pr", "Nothing", "-t", "a", "-o", "none"], deadlineMs, signal });
  await expect(fails).rejects.toThrow("unreachable");
  expect(errors).toEqual([]);
});

test("a thread that died while nobody asked is replaced", async () => {
  const lone = createPool({ size: 1, idleMs: 60_000, onError });
  const posted = jest.spyOn(Worker.prototype, "postMessage");
  const run = async () => lone.run({ args: said("a"), deadlineMs: 5_000, signal });
  const first = await run();
  const [worker] = posted.mock.contexts as Worker[]; // the prototype's
  await worker?.terminate();
  posted.mockRestore();
  expect(await run()).toEqual(first);
  await lone.close();
});

test("who goes away before it is their turn is not spoken", async () => {
  const leaving = new AbortController();
  const calls = Promise.allSettled([say("Hello there."), say("Hello there."), say("Never said.", leaving.signal)]);
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  expect((await calls).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  await expect(say("Never said.", leaving.signal)).rejects.toThrow("aborted");
});

test("its threads end when nobody asks, and start again; a closed one refuses", async () => {
  const brief = createPool({ size: 1, idleMs: 0, onError });
  const run = async () => brief.run({ args: said("a"), deadlineMs, signal });
  const once = await run();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await run()).toEqual(once);
  const [under] = await Promise.allSettled([run(), brief.close()]);
  expect(under.status).toBe("rejected");
  await expect(run()).rejects.toThrow("closed");
  expect(errors).toEqual([]);
});

const HOSTILE = ["-l", "--help", "$(ls)", "9".repeat(400), "a".repeat(400), "%s%n%x ".repeat(50), "(".repeat(399) + "a", "1/".repeat(200), "$1.".repeat(130), "Z.".repeat(200), "1:2:".repeat(100), "x^&*@#".repeat(60), "\u0001\u007f\\\u001b[0m a", "www.a.com/?q=1&".repeat(26), "1e9999", "-".repeat(399) + "1"]; // prettier-ignore

test("hostile texts end in time", async () => {
  const answers = await Promise.all(HOSTILE.map(async (text) => pool.run({ args: said(text), deadlineMs: 10_000 + 200 * text.length, signal }))); // prettier-ignore
  expect(Math.max(...answers.map(({ memoryBytes }) => memoryBytes))).toBeLessThan(100 * 2 ** 20);
  expect(errors).toEqual([]);
});

inFullRuns("in the long run", () => {
  test("1,000 texts take no more memory than 50", async () => {
    const first = await rssAfter(50);
    expect((await rssAfter(950)) / first).toBeLessThanOrEqual(1.3);
  }, 300_000);

  test("any 400 characters end in time", async () => {
    let state = 7;
    const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8;
    for (let round = 0; round < 200; round++) {
      const letters = Array.from({ length: 400 }, () => 0x20 + (next() % 95));
      await say(String.fromCharCode(...letters));
    }
    expect(errors).toEqual([]);
  }, 300_000);
});
