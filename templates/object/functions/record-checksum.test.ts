// The deployed service: objects in the bucket, checksums in the table, and what becomes of those that cannot be read.
import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type App, expectLeastPrivilege, openCloud, s3Event, type TestCloud } from "@warmstart/testing";

let cloud: TestCloud;
let app: App;
let s3: S3Client;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/new-service");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  s3 = new S3Client({ endpoint: cloud.endpoint, region: "us-east-1", forcePathStyle: true, credentials });
});
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.close());

const upload = (key: string, text: string) =>
  s3.send(new PutObjectCommand({ Bucket: app.resource("UploadsBucket"), Key: key, Body: text }));

const expectChecksum = (key: string, text: string) =>
  expect(cloud).toHaveItem(
    app.resource("ChecksumsTable"),
    { pk: { S: `OBJECT#${key}` }, sk: { S: "CHECKSUM" } },
    { sha256: { S: createHash("sha256").update(text).digest("hex") }, sizeBytes: { N: String(text.length) } },
  );

const failing = { kind: "error", code: "InternalServerError", status: 500 } as const;

test("an upload has its checksum, and a newer version its own", async () => {
  await upload("uploads/Grüße (1).txt", "hello");
  expect(await cloud.idle()).toHaveNoDeadLetters();
  await expectChecksum("uploads/Grüße (1).txt", "hello");
  await upload("uploads/Grüße (1).txt", "hello again");
  await cloud.idle();
  await expectChecksum("uploads/Grüße (1).txt", "hello again");
});

test("events that come twice and in any order leave that of the newest version", async () => {
  const match = { service: "sqs", action: "Deliver" };
  await cloud.faults.add({ match, effect: { kind: "duplicate" } });
  await cloud.faults.add({ match, effect: { kind: "reorder" } });
  for (const text of ["1", "22", "333"]) await upload("uploads/often.txt", text);
  expect(await cloud.idle()).toHaveNoDeadLetters();
  expect((await cloud.faults.list()).every(({ struck }) => struck > 0)).toBe(true);
  await expectChecksum("uploads/often.txt", "333");
});

test("what lies outside of the prefix is not read", async () => {
  await upload("reports/a.txt", "hello");
  const asked = await cloud.requests({ service: "sqs" });
  expect(JSON.stringify(asked)).not.toContain("reports/a.txt");
});

test("an object that was deleted before it was read is no error", async () => {
  const { VersionId } = await upload("elsewhere/a.txt", "hello");
  const gone = s3Event({ bucket: app.resource("UploadsBucket"), key: "uploads/gone.txt", versionId: VersionId ?? "" });
  await cloud.call("sqs", "AmazonSQS.SendMessage", {
    QueueUrl: app.resource("UploadsQueue"),
    MessageBody: JSON.stringify(gone),
  });
  await cloud.clock.advance("3h");
  expect(await cloud.idle()).toHaveNoDeadLetters();
});

test("what cannot be read waits in the dead-letter queue, and is read once it is redriven", async () => {
  const { id } = await cloud.faults.add({ match: { service: "dynamodb", action: "PutItem" }, effect: failing });
  await upload("uploads/late.txt", "late");
  await cloud.clock.advance("3h");
  expect((await cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
  await cloud.faults.clear(id);
  await cloud.call("sqs", "AmazonSQS.StartMessageMoveTask", { SourceArn: app.outputs["DeadUploadsQueueArn"] });
  await cloud.clock.advance("1h");
  expect(await cloud.idle()).toHaveNoDeadLetters();
  await expectChecksum("uploads/late.txt", "late");
});

test("the role may do what the function does, and nothing else", () => expectLeastPrivilege(app));
