// The 38 checks by which S3 emulators were compared: what any client may rely on, through the real SDK.
import { expect, test } from "@jest/globals";
import { S3, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { CHECKSUM_ALGORITHMS, createChecksum } from "../protocols/checksums.ts";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

interface Bench {
  readonly cloud: ServedS3;
  readonly s3: S3;
  /** A bucket of the check's own. */
  readonly Bucket: string;
}
type Check = (bench: Bench) => Promise<unknown>;

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.name : error),
  );
const text = async ({ s3, Bucket }: Bench, Key: string, more: object = {}) =>
  (await s3.getObject({ Bucket, Key, ...more })).Body?.transformToString();
const put = ({ s3, Bucket }: Bench, Key: string, Body: string | Buffer = "x", more: object = {}) =>
  s3.putObject({ Bucket, Key, Body, ...more });
const keysOf = (entries: readonly { Key?: string }[] | undefined) => entries?.map(({ Key }) => Key);
const MB5 = Buffer.alloc(5 * 1024 * 1024, "p");
const begin = async ({ s3, Bucket }: Bench, Key = "mp") => {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key });
  return { Bucket, Key, UploadId };
};
const partOf = async ({ s3 }: Bench, begun: Awaited<ReturnType<typeof begin>>, PartNumber: number, Body: Buffer) => {
  const { ETag } = await s3.uploadPart({ ...begun, PartNumber, Body });
  return { PartNumber, ETag };
};
const enable = ({ s3, Bucket }: Bench) =>
  s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });

const CHECKS: Readonly<Record<string, Check>> = {
  "buckets are made, headed, listed and removed": async ({ s3, Bucket }) => {
    await s3.headBucket({ Bucket });
    expect((await s3.listBuckets({})).Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await s3.deleteBucket({ Bucket });
    expect(await codeOf(s3.headBucket({ Bucket }))).toBe("NotFound");
  },
  "a bucket with objects is not removed": async (bench) => {
    await put(bench, "k");
    expect(await codeOf(bench.s3.deleteBucket({ Bucket: bench.Bucket }))).toBe("BucketNotEmpty");
  },
  "bytes, type and metadata come back": async (bench) => {
    await put(bench, "k", "hello", { ContentType: "text/x", Metadata: { by: "me" } });
    expect(await bench.s3.headObject({ Bucket: bench.Bucket, Key: "k" })).toMatchObject({
      ContentType: "text/x",
      Metadata: { by: "me" },
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
    });
    expect(await text(bench, "k")).toBe("hello");
  },
  "a range": async (bench) => {
    await put(bench, "k", "0123456789");
    expect(await text(bench, "k", { Range: "bytes=2-4" })).toBe("234");
  },
  "a suffix range": async (bench) => {
    await put(bench, "k", "0123456789");
    expect(await text(bench, "k", { Range: "bytes=-3" })).toBe("789");
  },
  "a range beyond the object is 416": async (bench) => {
    await put(bench, "k");
    expect(await codeOf(text(bench, "k", { Range: "bytes=5-" }))).toBe("InvalidRange");
  },
  "parts become one object": async (bench) => {
    const begun = await begin(bench);
    const Parts = [await partOf(bench, begun, 1, MB5), await partOf(bench, begun, 2, Buffer.from("end"))];
    const { ETag } = await bench.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(await text(bench, "mp", { Range: "bytes=-4" })).toBe("pend");
  },
  "a small part is EntityTooSmall": async (bench) => {
    const begun = await begin(bench);
    const small = Buffer.from("x");
    const Parts = [await partOf(bench, begun, 1, small), await partOf(bench, begun, 2, small)];
    const done = bench.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
    expect(await codeOf(done)).toBe("EntityTooSmall");
  },
  "an unknown part is InvalidPart": async (bench) => {
    const Parts = [{ PartNumber: 1, ETag: '"00"' }];
    const done = bench.s3.completeMultipartUpload({ ...(await begin(bench)), MultipartUpload: { Parts } });
    expect(await codeOf(done)).toBe("InvalidPart");
  },
  "a part is copied from a range": async (bench) => {
    const { s3, Bucket } = bench;
    await put(bench, "source", "0123456789");
    const begun = await begin(bench);
    const copy = { ...begun, PartNumber: 1, CopySource: `${Bucket}/source`, CopySourceRange: "bytes=3-5" };
    const { CopyPartResult } = await s3.uploadPartCopy(copy);
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
    await s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
    expect(await text(bench, "mp")).toBe("345");
  },
  "a copy keeps or replaces metadata": async (bench) => {
    const { s3, Bucket } = bench;
    await put(bench, "a", "x", { Metadata: { m: "1" } });
    const CopySource = `${Bucket}/a`;
    await s3.copyObject({ Bucket, Key: "b", CopySource });
    await s3.copyObject({ Bucket, Key: "c", CopySource, MetadataDirective: "REPLACE", Metadata: { n: "2" } });
    expect((await s3.headObject({ Bucket, Key: "b" })).Metadata).toEqual({ m: "1" });
    expect((await s3.headObject({ Bucket, Key: "c" })).Metadata).toEqual({ n: "2" });
  },
  "versions keep their bytes": async (bench) => {
    await enable(bench);
    const { VersionId } = await put(bench, "k", "one");
    await put(bench, "k", "two");
    expect([await text(bench, "k"), await text(bench, "k", { VersionId })]).toEqual(["two", "one"]);
  },
  "a delete marker hides": async (bench) => {
    const { s3, Bucket } = bench;
    await enable(bench);
    await put(bench, "k");
    const { VersionId } = await s3.deleteObject({ Bucket, Key: "k" });
    expect(await codeOf(text(bench, "k"))).toBe("NoSuchKey");
    expect(await codeOf(text(bench, "k", { VersionId }))).toBe("MethodNotAllowed");
    await s3.deleteObject({ Bucket, Key: "k", VersionId });
    expect(await text(bench, "k")).toBe("x");
  },
  "ListObjects groups by delimiter": async (bench) => {
    for (const key of ["a/1", "a/2", "b"]) await put(bench, key);
    const { Contents, CommonPrefixes } = await bench.s3.listObjects({ Bucket: bench.Bucket, Delimiter: "/" });
    expect([keysOf(Contents), CommonPrefixes]).toEqual([["b"], [{ Prefix: "a/" }]]);
  },
  "ListObjectsV2 comes in pages": async (bench) => {
    const { s3, Bucket } = bench;
    for (const key of ["1", "2", "3"]) await put(bench, key);
    const first = await s3.listObjectsV2({ Bucket, MaxKeys: 2 });
    const rest = await s3.listObjectsV2({ Bucket, ContinuationToken: first.NextContinuationToken });
    expect([keysOf(first.Contents), keysOf(rest.Contents)]).toEqual([["1", "2"], ["3"]]);
  },
  "ListObjectVersions tells the latest": async (bench) => {
    await enable(bench);
    await put(bench, "k");
    await put(bench, "k");
    const { Versions } = await bench.s3.listObjectVersions({ Bucket: bench.Bucket });
    expect(Versions?.map(({ IsLatest }) => IsLatest)).toEqual([true, false]);
  },
  "ListMultipartUploads tells what is open": async (bench) => {
    const { UploadId } = await begin(bench, "open");
    const { Uploads } = await bench.s3.listMultipartUploads({ Bucket: bench.Bucket });
    expect(Uploads).toMatchObject([{ Key: "open", UploadId }]);
  },
  "objects are tagged": async (bench) => {
    const { s3, Bucket } = bench;
    await put(bench, "k");
    const TagSet = [{ Key: "a", Value: "b" }];
    await s3.putObjectTagging({ Bucket, Key: "k", Tagging: { TagSet } });
    expect((await s3.getObjectTagging({ Bucket, Key: "k" })).TagSet).toEqual(TagSet);
  },
  "CORS answers its origins, and no other": async ({ s3, Bucket, cloud }) => {
    const CORSRules = [{ AllowedOrigins: ["https://a.test"], AllowedMethods: ["PUT"] }];
    await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
    const preflight = (origin: string) =>
      cloud.raw("OPTIONS", `/${Bucket}/k`, {
        unsigned: true,
        headers: { origin, "access-control-request-method": "PUT" },
      });
    const allowed = { "access-control-allow-origin": "https://a.test" };
    expect(await preflight("https://a.test")).toMatchObject({ status: 200, headers: allowed });
    expect(await preflight("https://b.test")).toMatchObject({ status: 403 });
  },
  "a notification needs its target": async ({ s3, Bucket }) => {
    const LambdaFunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:gone";
    const LambdaFunctionConfigurations = [{ LambdaFunctionArn, Events: ["s3:ObjectCreated:*" as const] }];
    const configured = s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: { LambdaFunctionConfigurations },
    });
    expect(await codeOf(configured)).toBe("InvalidArgument");
  },
  "a bucket policy opens to the public": async (bench) => {
    const { s3, Bucket, cloud } = bench;
    await put(bench, "k", "open");
    expect((await cloud.raw("GET", `/${Bucket}/k`, { unsigned: true })).status).toBe(403);
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource }];
    await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
    expect((await cloud.raw("GET", `/${Bucket}/k`, { unsigned: true })).text).toBe("open");
  },
  "a lifecycle rule expires on the clock": async (bench) => {
    const { s3, Bucket, cloud } = bench;
    await put(bench, "k");
    const Rules = [{ Status: "Enabled" as const, Filter: {}, Expiration: { Days: 1 } }];
    await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
    await cloud.clock.advance(2 * 86_400_000);
    expect(await codeOf(text(bench, "k"))).toBe("NoSuchKey");
  },
  "encryption and public access block are kept": async ({ s3, Bucket }) => {
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration });
    expect(await s3.getPublicAccessBlock({ Bucket })).toMatchObject({ PublicAccessBlockConfiguration });
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const }, BucketKeyEnabled: true }];
    await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
    expect((await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration).toEqual({ Rules });
  },
  "a presigned GET": async (bench) => {
    await put(bench, "k", "signed");
    const url = await getSignedUrl(bench.s3, new GetObjectCommand({ Bucket: bench.Bucket, Key: "k" }), signing(bench));
    expect(await (await fetch(url)).text()).toBe("signed");
  },
  "a presigned PUT": async (bench) => {
    const url = await getSignedUrl(bench.s3, new PutObjectCommand({ Bucket: bench.Bucket, Key: "k" }), signing(bench));
    expect((await fetch(url, { method: "PUT", body: "put" })).status).toBe(200);
    expect(await text(bench, "k")).toBe("put");
  },
  "a presigned POST": async (bench) => {
    const Expires = Math.ceil((bench.cloud.clock.now() - Date.now()) / 1000) + 600;
    const { url, fields } = await createPresignedPost(bench.s3, { Bucket: bench.Bucket, Key: "k", Expires });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", "posted");
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
    expect(await text(bench, "k")).toBe("posted");
  },
  "virtual-host style": async (bench) => {
    await put(bench, "k", "hosted");
    const host = `${bench.Bucket}.localhost:${new URL(bench.cloud.endpoint).port}`;
    expect((await bench.cloud.raw("GET", "/k", { host })).text).toBe("hosted");
  },
  "unknown sub-resources are 501 and touch nothing": async (bench) => {
    await put(bench, "k", "untouched");
    for (const name of ["acl", "retention", "torrent", "legal-hold", "restore", "select"])
      for (const method of ["PUT", "DELETE", "POST"])
        expect((await bench.cloud.raw(method, `/${bench.Bucket}/k?${name}`)).status).toBe(501);
    expect(await text(bench, "k")).toBe("untouched");
  },
  "every checksum is verified": async (bench) => {
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const sum = createChecksum(algorithm);
      sum.update(Buffer.from("other"));
      expect(await codeOf(put(bench, "k", "x", { [`Checksum${algorithm}`]: sum.digest() }))).toBe("BadDigest");
    }
  },
  "every checksum is kept": async (bench) => {
    for (const ChecksumAlgorithm of CHECKSUM_ALGORITHMS) {
      const made = await put(bench, "k", "x", { ChecksumAlgorithm });
      const head = await bench.s3.headObject({ Bucket: bench.Bucket, Key: "k", ChecksumMode: "ENABLED" });
      expect(head[`Checksum${ChecksumAlgorithm}`]).toBe(made[`Checksum${ChecksumAlgorithm}`]);
    }
  },
  "Content-MD5 is verified": async (bench) => {
    const ContentMD5 = createHash("md5").update("other").digest("base64");
    expect(await codeOf(put(bench, "k", "x", { ContentMD5 }))).toBe("BadDigest");
  },
  "the framing of aws-chunked is not stored": async (bench) => {
    const { s3, Bucket } = bench;
    const Body = Readable.from([Buffer.from("stre"), Buffer.from("amed")]);
    await s3.putObject({ Bucket, Key: "k", Body, ContentLength: 8, ContentEncoding: "gzip" });
    expect(await s3.headObject({ Bucket, Key: "k" })).toMatchObject({ ContentLength: 8, ContentEncoding: "gzip" });
  },
  "a short body is IncompleteBody and leaves nothing": async ({ Bucket, cloud }) => {
    const before = cloud.files();
    const headers = {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "9",
    };
    const answer = await cloud.raw("PUT", `/${Bucket}/k`, { headers, body: "5\r\nhello\r\n0\r\n\r\n" });
    expect([answer.status, /<Code>(.*?)</.exec(answer.text)?.[1]]).toEqual([400, "IncompleteBody"]);
    expect(cloud.files()).toEqual(before);
  },
  "of 50 racing If-None-Match one wins": async (bench) => {
    const racers = Array.from({ length: 50 }, (_, n) => codeOf(put(bench, "k", `${n}`, { IfNoneMatch: "*" })));
    const ends = await Promise.all(racers);
    expect(ends.filter((end) => end === "no error")).toHaveLength(1);
    expect(ends.filter((end) => end === "PreconditionFailed")).toHaveLength(49);
  },
  "If-Match guards a put": async (bench) => {
    const { ETag } = await put(bench, "k", "one");
    await put(bench, "k", "two", { IfMatch: ETag });
    expect(await codeOf(put(bench, "k", "three", { IfMatch: ETag }))).toBe("PreconditionFailed");
  },
  "GET answers 304 and 412": async (bench) => {
    const { ETag } = await put(bench, "k");
    const of = async (headers: Record<string, string>) =>
      (await bench.cloud.raw("GET", `/${bench.Bucket}/k`, { headers })).status;
    expect([await of({ "if-none-match": ETag ?? "" }), await of({ "if-match": '"no"' })]).toEqual([304, 412]);
  },
  "a presigned URL expires on the clock, and cannot be changed": async (bench) => {
    await put(bench, "k");
    const url = await getSignedUrl(bench.s3, new GetObjectCommand({ Bucket: bench.Bucket, Key: "k" }), signing(bench));
    expect((await fetch(url.replace("/k?", "/other?"))).status).toBe(403);
    await bench.cloud.clock.advance(120_000);
    expect((await fetch(url)).status).toBe(403);
  },
  "keys of any text, up to 1,024 bytes": async (bench) => {
    for (const key of ["a b+c%d", "ü/日本/😀", "../../x", "a//b", "k".repeat(1024)]) {
      await put(bench, key, key);
      expect(await text(bench, key)).toBe(key);
    }
    expect(await codeOf(put(bench, "k".repeat(1025)))).toBe("KeyTooLongError");
  },
};

/** Signed at the cloud's time, which one of the checks moves. */
const signing = ({ cloud }: Bench) => ({ expiresIn: 60, signingDate: new Date(cloud.clock.now()) });

test("S3 passes 38 of 38 checks", async () => {
  const failed: string[] = [];
  const cloud = await serveS3({ frozenAt: Date.now() });
  const s3 = new S3({ ...cloud.client, forcePathStyle: true, maxAttempts: 1 });
  for (const [index, [name, check]] of Object.entries(CHECKS).entries()) {
    const Bucket = `check-${index}`;
    await s3.createBucket({ Bucket });
    await check({ cloud, s3, Bucket }).catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  }
  s3.destroy();
  await cloud.close();
  const count = Object.keys(CHECKS).length;
  process.stdout.write(`S3 conformance: ${count - failed.length}/${count}\n`);
  expect([count, failed]).toEqual([38, []]);
});
