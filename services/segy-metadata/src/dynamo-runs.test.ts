import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { memoryRuns } from "../test/memory-ports.ts";
import { openApp, type TestApp } from "../test/open-app.ts";
import { runsContract } from "../test/runs-contract.ts";
import { dynamoFiles } from "./dynamo-files.ts";
import { dynamoRuns } from "./dynamo-runs.ts";
import { fileId } from "./files.ts";

runsContract("in memory", () => memoryRuns());

describe("the table", () => {
  const before = { ...process.env };
  let it: TestApp;
  beforeAll(async () => {
    it = await openApp();
    Object.assign(process.env, it.cloud.env);
  });
  afterAll(async () => {
    process.env = before;
    await it.cloud.close();
  });
  const table = (): string => it.app.resource("FilesTable");

  runsContract("in the table", () => dynamoRuns(table()));

  const object = { bucket: "b", sizeBytes: 1, etag: "e", versionId: "v", sequencer: "0A" };
  const summary = { class: "unknown", traces: 7, confidence: "sampled", worst: "none" };

  test("what nobody sends is forgotten after a week; what is sent is not", async () => {
    const key = "uploads/a.sgy";
    const id = fileId("b", key);
    await dynamoFiles(table()).expect({ id, bucket: "b", key, sizeBytes: 1, ttl: 1_770_000_000 });
    expect(await it.item(id)).toMatchObject({ status: { S: "pending" }, ttl: { N: "1770000000" } });
    const createdAt = (await it.item(id))["createdAt"];
    await it.cloud.clock.advance("1m");
    await dynamoRuns(table()).begin(id, { ...object, key });
    expect(await it.item(id)).toMatchObject({ status: { S: "scanning" }, createdAt });
    expect(await it.item(id)).not.toHaveProperty("ttl");
  });

  test("a request is for the version that was there: a newer one is read as its size has it", async () => {
    const [files, runs] = [dynamoFiles(table()), dynamoRuns(table())];
    const key = "uploads/b.sgy";
    const id = fileId("b", key);
    const first = await runs.begin(id, { ...object, key });
    if (typeof first === "string") throw new Error(first);
    await runs.end(first, { status: "ready", summary });
    const request = { mode: "exact", keys: { slow: 9, fast: 21 } } as const;
    const sent = await files.requestScan(id, request);
    expect(sent).toEqual({ ...object, key, sequencer: "0A".padEnd(32, "0") });
    expect(await files.find(id)).toMatchObject({ status: "pending", summary });
    expect(await runs.begin(id, sent)).toMatchObject({ scans: 1, request });
    expect(await runs.begin(id, { ...object, key, sequencer: "0B" })).toMatchObject({ scans: 1, request: null });
    expect(await files.find(id)).not.toHaveProperty("summary"); // it was of the version before
  });

  test("a status that few files have is found over several pages of the table", async () => {
    const [files, runs] = [dynamoFiles(table()), dynamoRuns(table())];
    for (let n = 0; n < 12; n++) {
      const key = `uploads/many-${n}.sgy`;
      const id = fileId("b", key);
      const run = await runs.begin(id, { ...object, key });
      const problem = { code: "access-denied", detail: "x".repeat(300_000) };
      if (typeof run !== "string")
        await runs.end(run, n === 0 ? { status: "failed", problem } : { status: "superseded", problem });
      await it.cloud.clock.advance("1m");
    }
    const seen: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const page = await files.page({ limit: 5, status: "failed", after });
      seen.push(...page.files.map(({ key }) => key));
      after = page.next;
      pages++;
    } while (after !== undefined);
    expect(seen).toEqual(["uploads/many-0.sgy"]);
    expect(pages).toBeGreaterThan(1); // a short page with a cursor, instead of reading on for ever
  });
});
