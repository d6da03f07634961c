import { expect, test } from "@jest/globals";
import {
  allDrawn,
  allRight,
  noDeadLetters,
  nothingLost,
  nothingWaits,
  type ReadDocument,
  sameAgain,
} from "./checks.ts";
import { headSha256, type SpikeFile } from "./files.ts";
import type { Queue } from "./target.ts";

const BYTES = Buffer.alloc(4_000, 7);

const file = (key: string): SpikeFile => ({
  key,
  id: `id-${key}`,
  expected: { status: "ready", traces: 12 },
  sizeBytes: BYTES.length,
  bytes: () => BYTES,
});

const FILES = [file("a"), file("b")];

const read = (key: string, change: object = {}): ReadDocument => ({
  status: 200,
  etag: `"${key}"`,
  sha256: key,
  json: {
    id: `id-${key}`,
    status: "ready",
    source: { key, sizeBytes: BYTES.length, headSha256: headSha256(BYTES) },
    format: { traces: 12 },
  },
  ...change,
});

const GOOD = [read("a"), read("b")];

const queue = (name: string, depth: number, deadLetterQueueOf: readonly string[] = []): Queue => ({
  name,
  depth,
  inFlight: 1,
  delayed: 0,
  deadLetterQueueOf,
});

test("a file without a document is named", () => {
  expect(nothingLost(FILES, GOOD).holds).toBe(true);
  expect(nothingLost(FILES, [read("a"), read("b", { status: 404 })])).toMatchObject({
    holds: false,
    found: "1 wrong: b (id-b)",
  });
});

test("the document of another file is not taken for this one's", () => {
  expect(allRight(FILES, GOOD)).toMatchObject({ holds: true, found: "2 described, 0 rejected as they should" });
  expect(allRight(FILES, [read("a"), read("a")]).found).toContain("b: key is a, not b");
  expect(allRight(FILES, [read("a", { json: null }), read("b")]).holds).toBe(false);
});

test("another answer at the second time is seen, and so is a second time that did not take place", () => {
  expect(sameAgain(FILES, [GOOD, GOOD], 2).holds).toBe(true);
  expect(sameAgain(FILES, [GOOD, [read("a"), read("b", { sha256: "c" })]], 2).found).toBe("1 wrong: b");
  expect(sameAgain(FILES, [GOOD, GOOD], 1).holds).toBe(false);
});

test("messages that are left over, and dead letters beyond those that were there, are counted", () => {
  const before = [queue("dead", 3, ["files"])];
  expect(noDeadLetters(before, before).holds).toBe(true);
  expect(noDeadLetters(before, [queue("dead", 5, ["files"])]).found).toBe("1 wrong: 2 in dead");
  expect(nothingWaits(before).holds).toBe(true);
  expect(nothingWaits([queue("files", 2)]).found).toBe("1 wrong: 3 in files, 1 of them hidden");
});

test("a graph that misses an invocation is no proof", () => {
  const kept = ["1", "2"].map((id) => ({ id, function: "extract", traceId: "" }));
  expect(allDrawn(kept, kept, true).holds).toBe(true);
  expect(allDrawn(kept.slice(1), kept, true).found).toBe("1 wrong: invocation 1");
  expect(allDrawn(kept, kept, false).found).toBe("1 wrong: the feed ended early");
});
