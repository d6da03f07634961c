import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { s3Event } from "@warmstart/testing";
import * as v from "valibot";
import { openApp, type Stored, type TestApp } from "../test/open-app.ts";
import { grid } from "../test/acquisition.ts";
import { writeSegy } from "../test/write-segy.ts";
import { Metadata } from "../src/document/metadata.ts";

const cube = writeSegy();
const larger = writeSegy({ survey: grid(11, 12) });

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

const tracesOf = async (id: string): Promise<number | undefined> => (await it.document(id)).format?.traces;

describe("an object in the bucket", () => {
  test.each(["uploads/plain.sgy", "uploads/Förde 3D/Linie 7 + 8 (100%).segy", "uploads/no-ending"])(
    "named %s has its document",
    async (key) => {
      const { id, versionId, etag } = await it.put(key, cube);
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
      const document = await it.document(id);
      expect(v.is(Metadata, document)).toBe(true);
      expect(document).toMatchObject({ id, status: "ready", confidence: "exact", source: { key, versionId, etag } });
      expect(await it.json(`files/${id}.json`)).toEqual(document);
    },
  );

  test("sent in several parts has its document", async () => {
    const Key = "uploads/in parts.sgy";
    const Bucket = it.incoming;
    const bytes = writeSegy({ survey: grid(60, 75), samples: 250 });
    const { UploadId } = await it.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const cut = 5 * 1024 ** 2;
    const Parts = [];
    for (const [PartNumber, Body] of [[1, bytes.subarray(0, cut)] as const, [2, bytes.subarray(cut)] as const]) {
      const { ETag } = await it.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    await it.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const document = await it.document(it.idOf(Key));
    expect(document.source.etag).toMatch(/-2$/);
    expect(document).toMatchObject({ status: "ready", format: { traces: 4500 } });
  });

  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(), "empty-file"],
    ["of noise", Buffer.alloc(3000, "noise"), "shorter-than-headers"],
  ])("that is %s is rejected with a document, once and for all", async (name, bytes, code) => {
    const { id } = await it.put(`uploads/${name}.sgy`, bytes);
    await it.cloud.clock.advance("6h");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.document(id)).toMatchObject({ status: "rejected", findings: [{ code, severity: "error" }] });
  });

  test("outside of uploads/ is left alone", async () => {
    const { id } = await it.put("elsewhere/a.sgy", cube);
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.deliver("extract", s3Event({ bucket: it.incoming, key: "elsewhere/a.sgy" }))).toBe(true);
    expect(await it.get(`/files/${id}`)).toBeProblem(404, "not-found");
  });
});

test("S3's test event is ignored", async () => {
  const event = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: it.incoming };
  expect(await it.deliver("extract", event)).toBe(true);
});

/** The event of a stored version; a later one has the larger sequencer. */
const eventOf = (key: string, { versionId, etag }: Stored, sizeBytes: number, sequencer: string): object =>
  s3Event({ bucket: it.incoming, key, versionId, etag, sizeBytes, sequencer });

/** Two versions of one key, and an event of each that S3 might have sent after those it did send. */
const twoVersions = async (key: string): Promise<readonly [object, object, string]> => {
  const older = await it.put(key, cube);
  await it.cloud.idle();
  const newer = await it.put(key, larger);
  await it.cloud.idle();
  const [first, second] = ["FF55AED6DCD90281E5", "FF55AED6DCD90281E501"];
  return [eventOf(key, older, cube.length, first), eventOf(key, newer, larger.length, second), older.id];
};

describe("events come more than once and in any order", () => {
  test("one event five times: one document, written once", async () => {
    const { id } = await it.put("uploads/again.sgy", cube);
    await it.cloud.idle();
    const before = await it.get(`/files/${id}`);
    const item = await it.item(id);
    const { sequencer } = item as { sequencer: { S: string } };
    const stored = { id, versionId: String(item["versionId"]?.["S"]), etag: String(item["etag"]?.["S"]) };
    const event = eventOf("uploads/again.sgy", stored, cube.length, sequencer.S);
    await it.cloud.clock.advance("1m");
    for (let time = 0; time < 5; time++) expect(await it.deliver("extract", event)).toBe(true);
    const after = await it.get(`/files/${id}`);
    expect([after.status, after.text, after.headers["etag"]]).toEqual([200, before.text, before.headers["etag"]]);
    expect(await it.item(id)).toEqual(item);
  });

  test("the older version first: the newer one replaces it", async () => {
    const [older, newer, id] = await twoVersions("uploads/replaced in order.sgy");
    expect(await it.deliver("extract", older)).toBe(true);
    expect(await tracesOf(id)).toBe(120);
    expect(await it.deliver("extract", newer)).toBe(true);
    expect(await tracesOf(id)).toBe(132);
  });

  test("the newer version first: the older one changes nothing, however often it comes", async () => {
    const [older, newer, id] = await twoVersions("uploads/replaced out of order.sgy");
    expect(await it.deliver("extract", newer)).toBe(true);
    const item = await it.item(id);
    for (let time = 0; time < 3; time++) expect(await it.deliver("extract", older)).toBe(true);
    expect(await tracesOf(id)).toBe(132);
    expect(await it.item(id)).toEqual(item);
  });

  test("both versions three times, all at once: the newer one's document, finished", async () => {
    const [older, newer, id] = await twoVersions("uploads/all at once.sgy");
    const events = Array.from({ length: 3 }, () => [older, newer]).flat();
    const taken = await Promise.all(events.map(async (event) => it.deliver("extract", event)));
    expect(taken).not.toContain(false);
    expect(await it.document(id)).toMatchObject({ status: "ready", format: { traces: 132 } });
  });

  test("an object that is overwritten at once: the newer wins", async () => {
    const { id } = await it.put("uploads/overwritten.sgy", cube);
    const { versionId } = await it.put("uploads/overwritten.sgy", larger);
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.document(id)).toMatchObject({ format: { traces: 132 }, source: { versionId } });
  });
});

describe("what cannot be read ends at once, with the reason", () => {
  test("a version that is gone", async () => {
    const key = "uploads/gone.sgy";
    const { id, versionId, etag } = await it.put(key, cube);
    await it.cloud.idle();
    await it.s3.send(new DeleteObjectCommand({ Bucket: it.incoming, Key: key, VersionId: versionId }));
    const event = eventOf(key, { id, versionId, etag }, cube.length, "FF");
    expect(await it.deliver("extract", event)).toBe(true);
    expect(await it.get(`/files/${id}`)).toBeHttp(200, {
      id,
      status: "superseded",
      problem: { code: "superseded", detail: expect.stringContaining(versionId) },
    });
  });

  test("another etag than the event's", async () => {
    const key = "uploads/other-etag.sgy";
    const { id, versionId } = await it.put(key, cube);
    await it.cloud.idle();
    const event = eventOf(key, { id, versionId, etag: "0".repeat(32) }, cube.length, "FF");
    expect(await it.deliver("extract", event)).toBe(true);
    expect(await it.get(`/files/${id}`)).toBeHttp(200, { status: "superseded" });
  });

  test("a bucket that refuses: failed, named; and once it allows, a scan may be asked for", async () => {
    const key = "uploads/denied.sgy";
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObjectVersion",
      Resource: `arn:aws:s3:::${it.incoming}/uploads/denied*`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await it.s3.send(new PutBucketPolicyCommand({ Bucket: it.incoming, Policy }));
    const { id } = await it.put(key, cube);
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.get(`/files/${id}`)).toBeHttp(200, {
      status: "failed",
      problem: { code: "access-denied", detail: expect.stringContaining(key) },
    });
    await it.s3.send(new DeleteBucketPolicyCommand({ Bucket: it.incoming }));
    expect(await it.post(`/files/${id}/scan`, { mode: "exact" })).toBeHttp(202);
    await it.cloud.idle();
    expect(await it.document(id)).toMatchObject({ status: "ready", confidence: "exact" });
  });
});

describe("what fails returns to the queue", () => {
  test("a throttled table delays the document, no more", async () => {
    const { id } = await it.cloud.faults.add({
      match: { service: "dynamodb", action: "UpdateItem", function: "segy-metadata-local-extract" },
      when: { times: 3 },
      effect: { kind: "throttle" },
    });
    const stored = await it.put("uploads/throttled.sgy", cube);
    await it.cloud.clock.advance("3h");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await it.document(stored.id)).toMatchObject({ status: "ready" });
    expect((await it.cloud.faults.list()).find((fault) => fault.id === id)).toMatchObject({ struck: 3 });
  });

  test("a poison message is tried three times, lies in the dead-letter queue, and can be sent back", async () => {
    const { FilesQueueUrl: QueueUrl, DeadFilesQueueUrl } = it.app.outputs;
    await it.cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: "{ no JSON" });
    await it.cloud.clock.advance("5h");
    const { deadLetters } = await it.cloud.idle();
    expect(deadLetters).toMatchObject([{ messages: 1 }]);
    const failures = (await it.cloud.logs("segy-metadata-local-extract")).filter(({ message }) =>
      message.includes("A message failed"),
    );
    expect(failures).toHaveLength(3);

    const arnOf = async (url: string | undefined): Promise<string> => {
      const { Attributes } = await it.cloud.call("sqs", "AmazonSQS.GetQueueAttributes", {
        QueueUrl: url,
        AttributeNames: ["QueueArn"],
      });
      return (Attributes as { QueueArn: string }).QueueArn; // SQS's answer
    };
    await it.cloud.call("sqs", "AmazonSQS.StartMessageMoveTask", { SourceArn: await arnOf(DeadFilesQueueUrl) });
    await it.cloud.clock.advance("10s");
    expect(await it.cloud.idle()).toHaveNoDeadLetters(); // it is tried again
    await it.cloud.clock.advance("5h");
    expect((await it.cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
  });
});
