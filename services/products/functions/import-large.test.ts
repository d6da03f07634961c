// A million rows, and a run that dies at each of its calls: minutes, so only in full runs.
import { describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud } from "@warmstart/testing";
import { audit } from "../scripts/audit.ts";
import { tableOf } from "../src/dynamo-client.ts";
import { failuresOf, importFile } from "../test/import-file.ts";
import { openImports, type Imports } from "../test/open-imports.ts";

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

/** The most memory that a run had, in MB, as its REPORT lines say. */
const memoryOf = async ({ cloud }: Imports): Promise<number> => {
  const lines = await cloud.logs("products-local-importProducts");
  const used = lines.map(({ message }) => Number(/Max Memory Used: (\d+) MB/.exec(message)?.[1] ?? 0));
  return Math.max(...used);
};

inFullRuns("large files", () => {
  test("the memory of a dry run over a million rows is that of one over a quarter of them", async () => {
    const s = await openImports();
    const dryRun = async (rows: number): Promise<number> => {
      const { text, bad } = importFile(rows, 100);
      const id = await s.sent(text, "?dryRun=true");
      expect(await s.settled()).toHaveNoDeadLetters();
      const taken = [...bad.values()].filter((code) => code === "sku-taken").length;
      const counts = { ok: rows - bad.size + taken, failed: bad.size - taken };
      expect(await s.view(id)).toMatchObject({ state: "DONE", counts });
      expect(await s.result(id)).toHaveLength(1 + rows);
      return memoryOf(s);
    };
    const some = await dryRun(250_000);
    const all = await dryRun(1_000_000);
    process.stderr.write(`dry run: ${some} MB for 250,000 rows, ${all} MB for 1,000,000\n`);
    expect(all).toBeLessThan(some * 1.5);
    await s.cloud.close();
  }, 900_000);
});

const { text, good, bad } = importFile(8, 3);

const sendIt = async (cloud: TestCloud): Promise<{ readonly s: Imports; readonly id: string }> => {
  const s = await openImports(cloud);
  return { s, id: await s.sent(text) };
};

inFullRuns("whichever AWS call a run dies at, before or after it", () => {
  test("every good line is a product, once, and the result is whole", async () => {
    const points = await everyCrashPoint(
      sendIt,
      async (cloud, { s, id }) => {
        expect(await cloud.idle()).toHaveNoDeadLetters();
        expect(await s.view(id)).toMatchObject({ state: "DONE", counts: { ok: good, failed: bad.size } });
        const result = await s.result(id);
        expect([result.length, failuresOf(result)]).toEqual([9, bad]);
        expect(await audit(tableOf(s.app.resource("ProductsTable")))).toEqual({ products: good, violations: [] });
      },
      { functions: "products-local-importProducts", modes: ["before", "after"], settle: "6h" },
    );
    expect(points.length).toBeGreaterThanOrEqual(2 * (2 + good + 4));
  }, 900_000);
});
