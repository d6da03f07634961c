import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { createChecksum } from "../protocols/checksums.ts";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

let cloud: ServedS3;
const Bucket = "parts";
const FIVE_MB = 5 * 1024 * 1024;
const first = Buffer.alloc(FIVE_MB, "first part ");
const second = Buffer.from("the second part");
const whole = Buffer.concat([first, second]);

beforeAll(async () => {
  cloud = await serveS3();
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const begin = async (Key: string, more: object = {}): Promise<{ Bucket: string; Key: string; UploadId: string }> => {
  const { UploadId = "" } = await cloud.sdk.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
};
type Begun = Awaited<ReturnType<typeof begin>>;

const upload = async (
  begun: Begun,
  bodies: readonly Buffer[],
  algorithm?: ChecksumAlgorithm,
): Promise<CompletedPart[]> =>
  Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = index + 1;
      const part = { ...begun, PartNumber, Body, ...(algorithm && { ChecksumAlgorithm: algorithm }) };
      const { $metadata: _metadata, ...answer } = await cloud.sdk.send(new UploadPartCommand(part));
      return { ...answer, PartNumber };
    }),
  );
const complete = (begun: Begun, Parts: CompletedPart[], more: object = {}) =>
  cloud.sdk.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload: { Parts }, ...more }));
const bytesOf = async (Key: string, more: object = {}): Promise<Buffer> => {
  const { Body } = await cloud.sdk.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe("multipart uploads", () => {
  test("join their parts; ranges reach across them", async () => {
    const begun = await begin("joined", { ContentType: "image/tiff", Metadata: { a: "1" } });
    const parts = await upload(begun, [first, second]);
    const md5s = [first, second].map((part) => createHash("md5").update(part).digest());
    const etag = `"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-2"`;
    expect((await complete(begun, parts)).ETag).toBe(etag);
    expect(Buffer.compare(await bytesOf("joined"), whole)).toBe(0);
    expect((await bytesOf("joined", { Range: `bytes=${FIVE_MB - 3}-${FIVE_MB + 2}` })).toString()).toBe(
      whole.subarray(FIVE_MB - 3, FIVE_MB + 3).toString(),
    );
    const head = await cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: "joined" }));
    expect(head).toMatchObject({ ContentLength: whole.length, ContentType: "image/tiff" });
    await expect(bytesOf("joined", { PartNumber: 3 })).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(complete(begun, parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  const cases: readonly (readonly [ChecksumAlgorithm, ChecksumType])[] = [
    ["CRC32", "COMPOSITE"],
    ["CRC32", "FULL_OBJECT"],
    ["CRC32C", "COMPOSITE"],
    ["CRC32C", "FULL_OBJECT"],
    ["CRC64NVME", "FULL_OBJECT"],
    ["SHA1", "COMPOSITE"],
    ["SHA256", "COMPOSITE"],
  ];
  test.each(cases)("have the %s checksum, %s", async (algorithm, type) => {
    const key = `${algorithm}-${type}`;
    const begun = await begin(key, { ChecksumAlgorithm: algorithm, ChecksumType: type });
    const parts = await upload(begun, [first, second], algorithm);
    const done = await complete(begun, parts, { ChecksumType: type });
    const checksum = createChecksum(algorithm as Parameters<typeof createChecksum>[0]); // the cases above
    for (const part of type === "FULL_OBJECT" ? [first, second] : []) checksum.update(part);
    if (type === "COMPOSITE")
      for (const part of parts)
        checksum.update(Buffer.from((part as Record<string, string>)[`Checksum${algorithm}`] ?? "", "base64"));
    const expected = checksum.digest() + (type === "COMPOSITE" ? "-2" : "");
    expect(done).toMatchObject({ [`Checksum${algorithm}`]: expected, ChecksumType: type });
    const head = await cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({ [`Checksum${algorithm}`]: expected, ChecksumType: type });
  });

  test("refuse wrong orders, unknown parts, small parts and wrong sums", async () => {
    const begun = await begin("refused");
    const [one = {}, two = {}] = await upload(begun, [second, second]);
    await expect(complete(begun, [two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete(begun, [one, two])).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(complete(begun, [one, { ...two, ETag: '"x"' }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete(begun, [{ ...one, PartNumber: 7 }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(
      cloud.sdk.send(new UploadPartCommand({ ...begun, PartNumber: 10_001, Body: "x" })),
    ).rejects.toMatchObject({ name: "InvalidArgument" });
    expect((await complete(begun, [one])).ETag).toMatch(/-1"$/);
    expect(await bytesOf("refused")).toEqual(second);
  });

  test("If-None-Match: * at completion is a 412 when the key is taken, and the upload can go on", async () => {
    await cloud.sdk.send(new PutObjectCommand({ Bucket, Key: "taken", Body: "old" }));
    const begun = await begin("taken");
    const parts = await upload(begun, [second]);
    await expect(complete(begun, parts, { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await complete(begun, parts);
    expect(await bytesOf("taken")).toEqual(second);
  });

  test("copy parts from objects, also ranges of them", async () => {
    await cloud.sdk.send(new PutObjectCommand({ Bucket, Key: "source", Body: first }));
    const begun = await begin("from-copies");
    const copy = (PartNumber: number, more: object = {}) =>
      cloud.sdk.send(new UploadPartCopyCommand({ ...begun, PartNumber, CopySource: `${Bucket}/source`, ...more }));
    const one = await copy(1);
    const two = await copy(2, { CopySourceRange: "bytes=0-9" });
    await complete(begun, [
      { PartNumber: 1, ETag: one.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
    ]);
    expect((await bytesOf("from-copies")).length).toBe(FIVE_MB + 10);
  });

  test("are listed with their parts, by pages, and leave nothing when aborted", async () => {
    const before = cloud.files();
    const begun = await Promise.all([begin("list/a"), begin("list/a"), begin("list/b")]);
    const uploads: string[] = [];
    let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let page = 0; page < 5; page++) {
      const answer = await cloud.sdk.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix: "list/", MaxUploads: 1, ...marker }),
      );
      uploads.push(...(answer.Uploads ?? []).map(({ Key = "" }) => Key));
      if (answer.IsTruncated !== true) break;
      marker = { KeyMarker: answer.NextKeyMarker ?? "", UploadIdMarker: answer.NextUploadIdMarker ?? "" };
    }
    expect(uploads).toEqual(["list/a", "list/a", "list/b"]);
    const [one] = begun;
    await upload(one, [second, second, second]);
    const listed = await cloud.sdk.send(new ListPartsCommand({ ...one, MaxParts: 2 }));
    expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2" });
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, second.length],
      [2, second.length],
    ]);
    for (const each of begun) await cloud.sdk.send(new AbortMultipartUploadCommand(each));
    expect(cloud.files()).toEqual(before);
    await expect(cloud.sdk.send(new ListPartsCommand(one))).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});
