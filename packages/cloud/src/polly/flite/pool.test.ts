import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPool, type Pool } from "./pool.ts";

const { signal } = new AbortController();
const errors: unknown[] = [];
let pool: Pool;

beforeAll(() => {
  pool = createPool({ size: 2, idleMs: 60_000, onError: (error) => errors.push(error) });
});
afterAll(async () => pool.close());

const say = async (text: string, deadlineMs = 10_000) =>
  pool.run({ args: ["-voice", "kal16", "-psdur", "-t", text, "-o", "output"], deadlineMs, signal });

test("a text always sounds the same, to the byte", async () => {
  const text = "Hello world. This is fine, Mr. Smith.";
  const [one, two] = await Promise.all([say(text), say(text)]);
  const hash = createHash("sha256").update(one.samples).digest("hex");
  expect({ hash, bytes: one.samples.length }).toEqual({
    hash: "8b1fe628fc768844c714a618d3af0865084ab9a5978e60b431c892eb5e6e660b",
    bytes: 103_402,
  });
  expect(two).toEqual(one);
});
