// Runs that die at one of their AWS calls: SQS delivers again, and nobody can tell the difference.
import { describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud } from "@warmstart/testing";
import { openApp, type TestApp } from "../test/open-app.ts";
import { grid } from "../test/acquisition.ts";
import { writeSegy } from "../test/write-segy.ts";

const key = "uploads/small.sgy";
const cube = writeSegy({ survey: grid(6, 8), faults: [{ fault: "drop", trace: 20 }] });

/** Handed over at once: three chunks. */
const inChunks = async (cloud: TestCloud): Promise<TestApp> => {
  const it = await openApp(cloud);
  await it.setVariables("extract", { SEQUENTIAL_BYTES: "1000", CHUNK_BYTES: "6000" });
  await it.put(key, cube);
  return it;
};

const atOnce = async (cloud: TestCloud): Promise<TestApp> => {
  const it = await openApp(cloud);
  await it.put(key, cube);
  return it;
};

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // some sixty runs

inFullRuns("whichever AWS call it dies at, before or after it, the document is there, and the same", () => {
  test.each<[string, (cloud: TestCloud) => Promise<TestApp>, string, number]>([
    ["a file that is read at once", atOnce, "extract", 8],
    ["a file that is handed over", inChunks, "extract", 8],
    ["a chunk", inChunks, "scanChunk", 20],
  ])(
    "%s",
    async (_, scenario, name, leastPoints) => {
      const documents = new Set<string>();
      const points = await everyCrashPoint(
        scenario,
        async (cloud, it) => {
          expect(await cloud.idle()).toHaveNoDeadLetters();
          const document = await it.document(it.idOf(key));
          expect(document).toMatchObject({ status: "ready", confidence: "exact", geometry: { missing: 1 } });
          const { basis: _basis, source: _source, ...same } = document;
          documents.add(JSON.stringify(same));
        },
        { functions: `segy-metadata-local-${name}`, modes: ["before", "after"], settle: "6h" },
      );
      expect(points.length).toBeGreaterThanOrEqual(leastPoints);
      expect([...documents]).toHaveLength(1);
    },
    600_000,
  );
});
