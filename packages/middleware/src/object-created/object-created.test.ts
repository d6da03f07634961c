import { describe, expect, test } from "@jest/globals";
import { capture, linesOf } from "../http/request.test.fixture.ts";
import { objectCreated } from "./object-created.ts";
import type { CreatedObject } from "./s3-records.ts";

const record = (key: string, eventName = "ObjectCreated:Put"): object => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  eventTime: "2026-11-21T05:00:00.000Z",
  eventName,
  responseElements: { "x-amz-request-id": "S3REQUEST" },
  s3: { bucket: { name: "originals" }, object: { key, size: 5, eTag: "abc", sequencer: "0A", versionId: "v" } },
});
const s3 = (...keys: string[]): object => ({ Records: keys.map((key) => record(key)) });
const sqs = (...bodies: string[]): object => ({
  Records: bodies.map((body, index) => ({ messageId: `m-${index}`, eventSource: "aws:sqs", body, attributes: {} })),
});

const message = (id: string, key: string, MessageGroupId: string): object => ({
  messageId: id,
  eventSource: "aws:sqs",
  body: JSON.stringify(s3(key)),
  attributes: { MessageGroupId },
});

const run = async (
  event: unknown,
  prefix?: string,
): Promise<{ seen: CreatedObject[]; result: unknown; out: string }> => {
  const seen: CreatedObject[] = [];
  const handler = objectCreated(prefix === undefined ? {} : { prefix }, ({ object }) => {
    if (object.key === "bad") throw new Error("cannot read bad");
    seen.push(object);
  });
  const [result, out] = await capture(handler, event);
  return { seen, result, out };
};

test("a direct event gives each object with its key decoded", async () => {
  const { seen, result } = await run(s3("uploads/u%CC%88ber+das%2B.jpg", "b"));
  expect(seen[0]).toEqual({
    bucket: "originals",
    key: "uploads/u\u0308ber das+.jpg",
    sizeBytes: 5,
    etag: "abc",
    versionId: "v",
    sequencer: "0A",
    eventTime: "2026-11-21T05:00:00.000Z",
  });
  expect(seen).toHaveLength(2);
  expect(result).toBeUndefined();
});

describe("carriers", () => {
  const inner = JSON.stringify(s3("a"));
  const envelope = JSON.stringify({ Type: "Notification", MessageId: "n", Message: inner });
  test.each([
    ["SNS", { Records: [{ EventSource: "aws:sns", Sns: { Message: inner } }] }],
    ["SQS", sqs(inner)],
    ["SNS in SQS", sqs(envelope)],
    [
      "a failure record in SQS",
      sqs(JSON.stringify({ requestContext: {}, requestPayload: s3("a"), responsePayload: {} })),
    ],
  ])("the object arrives through %s", async (_name, event) => {
    expect((await run(event)).seen).toMatchObject([{ key: "a" }]);
  });

  test("in SQS one bad message fails alone, also one that is no JSON", async () => {
    const { seen, result } = await run(
      sqs(JSON.stringify(s3("a")), JSON.stringify(s3("bad")), "{", JSON.stringify(s3("b"))),
    );
    expect(seen.map(({ key }) => key)).toEqual(["a", "b"]);
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }, { itemIdentifier: "m-2" }] });
  });

  test("in a FIFO queue what follows a failed message of its group fails too", async () => {
    const { result, seen } = await run({
      Records: [message("1", "bad", "g"), message("2", "a", "g"), message("3", "b", "h")],
    });
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "2" }] });
    expect(seen.map(({ key }) => key)).toEqual(["b"]);
  });
});

test("a direct event fails whole, after every object had its turn", async () => {
  const seen: string[] = [];
  const handler = objectCreated({}, ({ object }) => {
    seen.push(object.key);
    if (object.key.startsWith("bad")) throw new Error(object.key);
  });
  await expect(capture(handler, s3("bad", "good"))).rejects.toThrow("bad");
  await expect(capture(handler, s3("bad1", "bad2"))).rejects.toThrow("2 of 2 failed");
  expect(seen).toEqual(["bad", "good", "bad1", "bad2"]);
});

test("what creates nothing is skipped: the test event, removals, another prefix", async () => {
  expect((await run({ Service: "Amazon S3", Event: "s3:TestEvent" })).seen).toEqual([]);
  expect((await run({ Records: [record("a", "ObjectRemoved:Delete")] })).seen).toEqual([]);
  const { seen, out } = await run(s3("variants/a", "uploads/b"), "uploads/");
  expect(seen.map(({ key }) => key)).toEqual(["uploads/b"]);
  expect(linesOf(out)[0]).toMatchObject({ level: "WARN", key: "variants/a", correlation_id: "S3REQUEST" });
});

test("what is no S3 event is refused", async () => {
  await expect(run({})).rejects.toThrow("Not an S3 event");
  await expect(run({ Records: [{ eventSource: "aws:kinesis" }] })).rejects.toThrow("Not an S3 event");
});
