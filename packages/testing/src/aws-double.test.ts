import { expect, test } from "@jest/globals";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { awsDouble } from "./aws-double.ts";

const { s3 } = awsDouble({ s3: S3Client });
const client = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });

test("a stubbed command answers what was stubbed", async () => {
  s3.on(GetObjectCommand, { Bucket: "b", Key: "k" }).resolves({ ETag: '"e"' });
  await expect(client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }))).resolves.toMatchObject({ ETag: '"e"' });
});

test("a command that no stub matches throws, with the difference to the nearest stub", async () => {
  s3.on(GetObjectCommand, { Bucket: "b", Key: "k" }).resolves({});
  await expect(client.send(new GetObjectCommand({ Bucket: "b", Key: "other" }))).rejects.toThrow(
    /-\s+"Key": "k"\n\+\s+"Key": "other"/,
  );
  await expect(client.send(new PutObjectCommand({ Bucket: "b", Key: "k" }))).rejects.toThrow(
    /No stub matches PutObjectCommand/,
  );
});
