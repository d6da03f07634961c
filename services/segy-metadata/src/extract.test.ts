import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { grid } from "../test/acquisition.ts";
import { memoryPorts, type Memory } from "../test/memory-ports.ts";
import { writeSegy } from "../test/write-segy.ts";
import { scanChunk } from "./chunks.ts";
import { extract } from "./extract.ts";
import { fileId, type ScanRequest } from "./files.ts";
import type { Metadata } from "./document/metadata.ts";

const cube = writeSegy({
  survey: grid(12, 15),
  faults: [
    { fault: "drop", trace: 40 },
    { fault: "repeat", trace: 70 },
    { fault: "swap", traces: [100, 130], count: 5 },
  ],
});

const id = fileId("incoming", "uploads/cube.sgy");

const object = {
  bucket: "incoming",
  key: "uploads/cube.sgy",
  sizeBytes: cube.length,
  etag: "etag",
  versionId: "version",
  sequencer: "0A",
  eventTime: "2026-01-15T12:00:00.000Z",
};

const plenty = (): number => 900_000;

/** A clock that each look takes so much from. */
const limited = (milliseconds: number, perLook: number) => (): number => (milliseconds -= perLook);

const request = (memory: Memory, scanRequest: ScanRequest): void => {
  const item = memory.items.get(id);
  if (item) Object.assign(item, { request: scanRequest, status: "pending", scans: item.scans + 1 });
};

const withoutBasis = (document: Metadata | undefined): unknown => ({ ...document, basis: undefined });

const onePass = async (): Promise<Metadata | undefined> => {
  const memory = memoryPorts(cube);
  expect(await extract(memory, { object, remainingMilliseconds: plenty })).toBe("ready");
  return memory.document(id);
};

/** Sampled first; then an exact scan with so much time. */
const exactWithin = async (milliseconds: number): Promise<Memory> => {
  const memory = memoryPorts(cube, { EXACT_BYTES: 10, CHUNK_BYTES: 8000 });
  expect(await extract(memory, { object, remainingMilliseconds: plenty })).toBe("ready");
  request(memory, { mode: "exact" });
  const remainingMilliseconds = limited(milliseconds, 10_000);
  expect(await extract(memory, { object, remainingMilliseconds })).toBe("handed-over");
  return memory;
};

describe("a run that is near its time limit", () => {
  test("keeps the sampled answer, and hands what is left to chunks", async () => {
    const memory = await exactWithin(120_000);
    expect(memory.document(id)?.confidence).not.toBe("exact");
    expect(memory.items.get(id)).toMatchObject({ status: "scanning", done: new Set([0, 1, 2]) });
    expect(memory.chunks.map(({ n }) => n)).toEqual([3, 4, 5, 6, 7]);
    for (const chunk of memory.chunks) await scanChunk(memory, chunk);
    expect(memory.items.get(id)?.status).toBe("ready");
    expect(withoutBasis(memory.document(id))).toEqual(withoutBasis(await onePass()));
  });

  test("that has no time at all hands over everything", async () => {
    const memory = await exactWithin(60_000);
    expect(memory.chunks).toHaveLength(8);
  });
});

test("any cutting, any order, every message twice: the document of one pass", async () => {
  const expected = withoutBasis(await onePass());
  const traces = 180;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 50 }).chain((count) => {
        const bytes = Math.ceil(traces / count) * 320;
        return fc.tuple(fc.constant(bytes), fc.array(fc.nat(), { minLength: 2 * count, maxLength: 2 * count }));
      }),
      async ([CHUNK_BYTES, order]) => {
        const memory = memoryPorts(cube, { EXACT_BYTES: 10, SEQUENTIAL_BYTES: 10, CHUNK_BYTES });
        await extract(memory, { object, remainingMilliseconds: plenty });
        request(memory, { mode: "exact" });
        await extract(memory, { object, remainingMilliseconds: plenty });
        const twice = [...memory.chunks, ...memory.chunks].map((chunk, at) => ({ chunk, place: order[at] ?? 0 }));
        for (const { chunk } of twice.toSorted((a, b) => a.place - b.place)) await scanChunk(memory, chunk);
        expect(withoutBasis(memory.document(id))).toEqual(expected);
      },
    ),
    { seed: 4, numRuns: process.env["WARMSTART_FULL"] === "1" ? 30 : 12 },
  );
}, 60_000);

test("traces of different lengths are walked from the first one, however large the file", async () => {
  const uneven = writeSegy({ survey: grid(5, 6), samplesOf: (trace) => 20 + (trace % 3) });
  const memory = memoryPorts(uneven, { EXACT_BYTES: 10, SEQUENTIAL_BYTES: 10, CHUNK_BYTES: 1000 });
  const of = { ...object, sizeBytes: uneven.length };
  expect(await extract(memory, { object: of, remainingMilliseconds: plenty })).toBe("ready");
  expect(memory.document(id)).toMatchObject({ confidence: "exact", format: { fixedLength: false, traces: 30 } });
});

test("an id is base32 of the hash of bucket and key", () => {
  expect(id).toMatch(/^[a-z2-7]{26}$/);
  // printf 'incoming/uploads/cube.sgy' | sha256sum | xxd -r -p | base32 | cut -c-26 | tr A-Z a-z
  expect(id).toBe("2irafv4qba45xku6oqqfmetjmn");
});
