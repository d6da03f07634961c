// Scans that are asked for, and the chunks that large files are scanned in. The limits are lowered, so that a file of
// 96 KB is a large one.
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { contentOf, openApp, type TestApp } from "../test/open-app.ts";
import { grid } from "../test/acquisition.ts";
import { readDocument } from "../test/read-document.ts";
import { writeSegy } from "../test/write-segy.ts";
import type { Chunk } from "../src/chunks.ts";

/** 15 lines of 20: one trace is missing, another stands there twice, and one header is garbage. */
const cube = writeSegy({
  survey: grid(15, 20),
  faults: [
    { fault: "drop", trace: 50 },
    { fault: "repeat", trace: 90 },
    { fault: "garble", trace: 150 },
  ],
});

const SMALL = { EXACT_BYTES: "1000", SEQUENTIAL_BYTES: "1000", CHUNK_BYTES: "16000" };

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
  await it.setVariables("extract", SMALL);
});
afterAll(async () => it.cloud.close());
beforeEach(async () => it.cloud.faults.clear());

const put = async (key: string): Promise<string> => {
  const { id } = await it.put(key, cube);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
  return id;
};

/** What one pass over the bytes says, in this process. */
const onePass = async (): Promise<unknown> => contentOf(await readDocument(cube));

const chunksRun = async (): Promise<number> =>
  (await it.cloud.logs("segy-metadata-local-scanChunk")).filter(({ message }) => message.includes('"chunk begun"'))
    .length;

test("the first answer for a large file is sampled, and says so", async () => {
  const id = await put("uploads/large.sgy");
  const document = await it.document(id);
  expect(document).toMatchObject({
    status: "ready",
    confidence: expect.stringMatching(/^(sampled|proved-if-sorted)$/),
  });
  expect(document.basis.getRequests).toBeGreaterThan(0);
});

describe("an exact scan in chunks", () => {
  test("with every message delivered twice says what one pass says", async () => {
    const id = await put("uploads/in chunks.sgy");
    const before = await chunksRun();
    await it.cloud.faults.add({ match: { service: "sqs", action: "Deliver" }, effect: { kind: "duplicate" } });
    expect(await it.post(`/files/${id}/scan`, { mode: "exact" })).toBeHttp(202, { id, status: "pending" });
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const chunks = 300 / Math.floor(16_000 / 320);
    expect((await chunksRun()) - before).toBeGreaterThanOrEqual(2 * chunks);
    const document = await it.document(id);
    expect(document).toMatchObject({
      confidence: "exact",
      basis: { tracesRead: 300, settledShare: 1, deviatingShareBelow95: 0 },
      geometry: { missing: 2, duplicates: 1 },
    });
    expect(contentOf(document)).toEqual(await onePass());
    expect(await it.item(id)).not.toHaveProperty("done");
  });

  test("whose messages overtake each other says the same", async () => {
    const id = await put("uploads/out of order.sgy");
    await it.cloud.faults.add({
      match: { service: "sqs", action: "Deliver" },
      when: { every: 3 },
      effect: { kind: "reorder" },
    });
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.clock.advance("1h");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const document = await it.document(id);
    expect(document.confidence).toBe("exact");
    expect(contentOf(document)).toEqual(await onePass());
  });

  test("leaves its plan and its parts beside each other", async () => {
    const id = await put("uploads/parts.sgy");
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.idle();
    const { source } = await it.document(id);
    const Prefix = `parts/${id}/${source.versionId}/1/`;
    const { Contents = [] } = await it.s3.send(new ListObjectsV2Command({ Bucket: it.results, Prefix }));
    const names = Contents.map(({ Key = "" }) => Key.slice(Prefix.length));
    expect(names).toHaveLength(7);
    expect(names).toEqual(expect.arrayContaining(["plan.json", "0.json", "5.json"]));
  });

  test("of a file that was replaced meanwhile ends quietly; the newer version has its own document", async () => {
    const key = "uploads/replaced.sgy";
    const id = await put(key);
    const sent = await it.document(id);
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.idle();
    const newer = await it.put(key, writeSegy({ survey: grid(16, 20) }));
    await it.cloud.idle();
    const late: Chunk = {
      id,
      sequencer: String((await it.item(id))["sequencer"]?.["S"]).replace(/^.{4}/, "0000"),
      scans: 1,
      plan: `parts/${id}/${sent.source.versionId}/1/plan.json`,
      n: 0,
      of: 6,
      from: 0,
      traces: 50,
    };
    expect(await it.deliver("scanChunk", late)).toBe(true);
    expect(await it.document(id)).toMatchObject({
      source: { versionId: newer.versionId },
      format: { traces: 320 },
      confidence: expect.not.stringMatching("exact"),
    });
  });

  test("that meets a version that was deleted ends as superseded", async () => {
    const id = await put("uploads/deleted.sgy");
    const sampled = await it.document(id);
    await it.cloud.faults.add({
      match: {
        service: "s3",
        action: "GetObject",
        function: "segy-metadata-local-scanChunk",
        resource: "*/uploads/deleted.sgy",
      },
      effect: { kind: "error", code: "NoSuchVersion", status: 404 },
    });
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.get(`/files/${id}`)).toBeHttp(200, {
      status: "superseded",
      problem: { code: "superseded", detail: expect.stringContaining(sampled.source.versionId) },
      document: sampled,
    });
  });

  test("with a chunk that cannot be read: still scanning, the sampled answer stays, the chunk waits with its id and number", async () => {
    const id = await put("uploads/stuck.sgy");
    const sampled = await it.document(id);
    await it.cloud.faults.add({
      id: "stuck",
      match: { service: "s3", action: "PutObject", resource: `*/parts/${id}/*/4.json` },
      effect: { kind: "error", code: "InternalError", status: 500 },
    });
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.clock.advance("3h");
    expect((await it.cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
    expect(await it.get(`/files/${id}`)).toBeHttp(202, { id, status: "scanning", document: sampled });
    expect(await it.get(`/files/${id}/text`)).toBeHttp(200);
    const QueueUrl = it.app.outputs["DeadChunksQueueUrl"];
    const { Messages } = await it.cloud.call("sqs", "AmazonSQS.ReceiveMessage", { QueueUrl, VisibilityTimeout: 0 });
    const [message] = Messages as { Body: string }[]; // SQS's answer
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({ id, n: 4 });

    await it.cloud.faults.clear("stuck");
    expect(await it.post(`/files/${id}/scan`, { mode: "exact" })).toBeProblem(409, "scan-in-progress");
    const { Attributes } = await it.cloud.call("sqs", "AmazonSQS.GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["QueueArn"],
    });
    const { QueueArn } = Attributes as { QueueArn: string };
    await it.cloud.call("sqs", "AmazonSQS.StartMessageMoveTask", { SourceArn: QueueArn });
    await it.cloud.clock.advance("1m");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.document(id)).toMatchObject({ status: "ready", confidence: "exact" });
  });
});

describe("a scan may be asked for", () => {
  test("up to a size that one run reads by itself, without chunks", async () => {
    await it.setVariables("extract", { SEQUENTIAL_BYTES: "" });
    const id = await put("uploads/alone.sgy");
    const before = await chunksRun();
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.idle();
    const document = await it.document(id);
    expect(document.confidence).toBe("exact");
    expect(contentOf(document)).toEqual(await onePass());
    expect((await chunksRun()) - before).toBe(0);
    await it.setVariables("extract", SMALL);
  });

  test("with other bytes for the line numbers", async () => {
    const id = await put("uploads/other keys.sgy");
    await it.post(`/files/${id}/scan`, { mode: "sampled", keys: { slow: 193, fast: 189 } });
    await it.cloud.idle();
    expect(await it.document(id)).toMatchObject({ geometry: { slow: { byte: 193 }, fast: { byte: 189 } } });
  });

  test("again, when the first one's message was lost", async () => {
    const id = await put("uploads/lost.sgy");
    await it.cloud.faults.add({
      match: { service: "sqs", action: "SendMessage", function: "segy-metadata-local-requestScan" },
      when: { times: 3 },
      effect: { kind: "error", code: "InternalError", status: 500 },
    });
    expect((await it.post(`/files/${id}/scan`, { mode: "exact" })).status).toBe(503);
    expect(await it.get(`/files/${id}`)).toBeHttp(202, { status: "pending" });
    expect(await it.post(`/files/${id}/scan`, { mode: "exact" })).toBeHttp(202);
    await it.cloud.idle();
    expect(await it.document(id)).toMatchObject({ status: "ready", confidence: "exact" });
  });

  test("again, when the first one came to nothing hours ago", async () => {
    const id = await put("uploads/hours.sgy");
    await it.cloud.faults.add({
      id: "dead",
      match: { service: "s3", action: "PutObject", resource: `*/parts/${id}/*` },
      effect: { kind: "error", code: "InternalError", status: 500 },
    });
    await it.post(`/files/${id}/scan`, { mode: "exact" });
    await it.cloud.clock.advance("12h");
    await it.cloud.faults.clear("dead");
    expect(await it.post(`/files/${id}/scan`, { mode: "sampled" })).toBeHttp(202);
    await it.cloud.idle();
    expect(await it.document(id)).toMatchObject({ status: "ready" });
  });

  test("not before there is a file", async () => {
    const { id } = await it.newUpload("later.sgy", 1);
    expect(await it.post(`/files/${id}/scan`, { mode: "exact" })).toBeProblem(409, "not-ready");
    expect(await it.post(`/files/${"a".repeat(26)}/scan`, { mode: "exact" })).toBeProblem(404, "not-found");
    expect(await it.post("/files/nonsense/scan", { mode: "exact" })).toBeProblem(404, "not-found");
  });

  test.each([
    {},
    { mode: "fast" },
    { mode: "exact", keys: { slow: 189 } },
    { mode: "exact", keys: { slow: 0, fast: 238 } },
  ])("not like this: %j", async (body) => {
    const id = it.idOf("uploads/large.sgy");
    expect(await it.post(`/files/${id}/scan`, body)).toBeProblem(422, "validation-failed");
  });
});
