// What comes more than once: events that are delivered again, and attempts that fail.
import {
  DeleteBucketPolicyCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isDeepStrictEqual } from "node:util";
import { s3Event } from "@warmstart/testing";
import { openApp, type TestApp } from "../test/open-app.ts";
import { drawing } from "../test/pictures.ts";
import { uploadIdOf } from "../src/upload.ts";

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

/** Puts a picture of this width; its event as S3 would send it. */
const put = async (key: string, width: number): Promise<object> => {
  const Body = await drawing(width, 300).png().toBuffer();
  await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key: key, Body }));
  return s3Event({ bucket: it.originals, key, sizeBytes: Body.length, etag: "", sequencer: "FFFF" });
};

const items = async (): Promise<readonly Record<string, unknown>[]> => {
  const { Items } = await it.cloud.call("dynamodb", "DynamoDB_20120810.Scan", {
    TableName: it.app.resource("ImagesTable"),
  });
  return Items as Record<string, unknown>[]; // DynamoDB's answer
};

const puts = async (): Promise<number> => (await it.cloud.requests({ service: "s3", action: "PutObject" })).length;

const setNotifications = async (NotificationConfiguration: NotificationConfiguration): Promise<void> => {
  const input = { Bucket: it.originals, NotificationConfiguration };
  await it.s3.send(new PutBucketNotificationConfigurationCommand(input));
};

describe("without S3's own event", () => {
  let usual: NotificationConfiguration;
  beforeAll(async () => {
    const { $metadata: _, ...found } = await it.s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: it.originals }),
    );
    usual = found;
    await setNotifications({});
  });
  afterAll(async () => setNotifications(usual));

  test("one event delivered twice at once, then five times: one set of files, one manifest, one item", async () => {
    const event = await put("uploads/again.png", 490);
    const before = await puts();
    await Promise.all([it.deliver(event), it.deliver(event)]);
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const written = (await puts()) - before;
    const [files, records] = [await it.variantEtags(), await items()];
    expect(Object.keys(files).map((key) => key.split("/")[2])).toEqual([
      "480.avif",
      "480.jpg",
      "480.webp",
      "490.avif",
      "490.jpg",
      "490.webp",
      "manifest.json",
    ]);
    expect(records).toHaveLength(2); // the upload and the image
    expect(await it.uploadState(uploadIdOf("uploads/again.png"))).toMatchObject({ status: "done" });
    expect([7, 14]).toContain(written); // the second run may have found the first one's image

    for (let time = 0; time < 5; time++) await it.deliver(event);
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect((await puts()) - before).toBe(written);
    expect([await it.variantEtags(), await items()]).toEqual([files, records]);
  });

  test("a run after one that died before its image was published writes the same bytes again", async () => {
    const event = await put("uploads/half-way.png", 481);
    expect((await it.resize(event)).failed).toBe(false);
    const files = await it.variantEtags();
    const TableName = it.app.resource("ImagesTable");
    const uploadId = uploadIdOf("uploads/half-way.png");
    const state = await it.uploadState(uploadId);
    const pk = { S: `image#${state.status === "done" ? state.imageId : ""}` };
    const claimed = (await items()).find((item) => isDeepStrictEqual(item["pk"], pk));
    await it.cloud.call("dynamodb", "DynamoDB_20120810.PutItem", {
      TableName,
      Item: { pk, createdAt: claimed?.["createdAt"] },
    });
    await it.cloud.call("dynamodb", "DynamoDB_20120810.DeleteItem", {
      TableName,
      Key: { pk: { S: `upload#${uploadId}` } },
    });
    await it.cloud.clock.advance("1m");
    const before = await puts();
    expect((await it.resize(event)).failed).toBe(false);
    expect((await puts()) - before).toBe(7);
    expect(await it.variantEtags()).toEqual(files);
    expect(await items()).toContainEqual(claimed);
  });
});

interface Failure {
  readonly requestContext: {
    readonly requestId: string;
    readonly condition: string;
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: { readonly Records: readonly unknown[] };
}

/** Takes all messages out of the failure queue. */
const takeFailures = async (): Promise<readonly Failure[]> => {
  const QueueUrl = it.app.outputs["FailedQueueUrl"];
  const { Messages = [] } = await it.cloud.call("sqs", "AmazonSQS.ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  const messages = Messages as { Body: string; ReceiptHandle: string }[]; // SQS's answer
  for (const { ReceiptHandle } of messages) {
    await it.cloud.call("sqs", "AmazonSQS.DeleteMessage", { QueueUrl, ReceiptHandle });
  }
  return messages.map(({ Body }) => JSON.parse(Body) as Failure);
};

describe("while the variants bucket refuses", () => {
  beforeAll(async () => {
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${it.variants}/*` };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await it.s3.send(new PutBucketPolicyCommand({ Bucket: it.variants, Policy }));
  });

  let failures: readonly Failure[] = [];

  test("S3's event is tried three times under one request id, minutes apart, and then lies in the failure queue", async () => {
    await it.cloud.clock.advance("10m"); // so that the log tells these attempts from what was before
    const started = it.cloud.clock.now();
    await put("uploads/denied.png", 40);
    await it.cloud.idle();
    expect(await takeFailures()).toEqual([]);
    await it.cloud.clock.advance("10m");
    await it.cloud.idle();
    failures = await takeFailures();
    expect(failures).toMatchObject([
      {
        requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
        requestPayload: {
          Records: [
            { eventSource: "aws:s3", s3: { bucket: { name: it.originals }, object: { key: "uploads/denied.png" } } },
          ],
        },
      },
    ]);

    const requestId = failures[0]?.requestContext.requestId ?? "";
    const lines = (await it.cloud.logs("image-resizer-local-resize")).filter(({ timestamp }) => timestamp >= started);
    const starts = lines.filter(({ message }) => message.startsWith("START "));
    expect(starts.map(({ message }) => message.includes(requestId))).toEqual([true, true, true]);
    const minutes = starts.map(({ timestamp }) => Math.round((timestamp - started) / 60_000));
    expect(minutes).toEqual([0, 1, 3]); // Lambda waits one minute, then two
    const errors = lines.filter(({ message }) => message.includes('"level":"ERROR"')).map(({ message }) => message);
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(JSON.parse(error)).toMatchObject({ function_request_id: requestId });
      expect(error).toContain("AccessDenied");
    }
    const upload = await it.uploadState(uploadIdOf("uploads/denied.png"));
    expect(upload).toMatchObject({ status: "failed", problem: { code: "internal" } });
  });

  test("the message holds the event as it was sent", async () => {
    await setNotifications({});
    const event = await put("uploads/denied-too.png", 41);
    await it.deliver(event);
    await it.cloud.clock.advance("10m");
    await it.cloud.idle();
    const sent = await takeFailures();
    expect(sent.map(({ requestPayload }) => requestPayload)).toEqual([event]);
    failures = [...failures, ...sent];
  });

  test("once it takes files again, invoking the function with what the messages hold does the work", async () => {
    await it.s3.send(new DeleteBucketPolicyCommand({ Bucket: it.variants }));
    for (const { requestPayload } of failures) expect(await it.resize(requestPayload)).toMatchObject({ failed: false });
    for (const key of ["uploads/denied.png", "uploads/denied-too.png"]) {
      expect(await it.uploadState(uploadIdOf(key))).toMatchObject({ status: "done" });
    }
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
  });
});
