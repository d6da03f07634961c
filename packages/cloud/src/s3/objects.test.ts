import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { openBodies } from "./bodies.ts";
import { pieces, store } from "./receive.ts";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

let cloud: ServedS3;
const Bucket = "photos";

beforeAll(async () => {
  cloud = await serveS3();
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const put = (Key: string, Body: string | Buffer = "hello", more: object = {}) =>
  cloud.sdk.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => cloud.sdk.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string, more: object = {}): Promise<string> =>
  (await (await get(Key, more)).Body?.transformToString()) ?? "";

describe("buckets", () => {
  test("are listed, headed and deleted when empty", async () => {
    await cloud.sdk.send(new CreateBucketCommand({ Bucket: "other" }));
    const { Buckets } = await cloud.sdk.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["other", "photos"]);
    expect((await cloud.sdk.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("us-east-1");
    await cloud.sdk.send(new PutObjectCommand({ Bucket: "other", Key: "k", Body: "x" }));
    await expect(cloud.sdk.send(new DeleteBucketCommand({ Bucket: "other" }))).rejects.toMatchObject({
      name: "BucketNotEmpty",
    });
    await cloud.sdk.send(new DeleteObjectCommand({ Bucket: "other", Key: "k" }));
    await cloud.sdk.send(new DeleteBucketCommand({ Bucket: "other" }));
    await expect(cloud.sdk.send(new HeadBucketCommand({ Bucket: "other" }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });

  test("need a valid name", async () => {
    for (const name of ["Upper", "a..b", "10.0.0.1", "ab", "-x-"]) {
      expect(await cloud.raw("PUT", `/${name}`)).toMatchObject({ status: 400 });
    }
  });
});

describe("objects", () => {
  test("keep bytes, type, metadata and tags", async () => {
    const more = {
      ContentType: "text/plain",
      Metadata: { "camera-name": "Lumix" },
      CacheControl: "no-cache",
      Tagging: "a=1&b=x%20y",
    };
    const { ETag } = await put("kept", "hello", more);
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const found = await get("kept");
    expect(await found.Body?.transformToString()).toBe("hello");
    const { Tagging: _tagging, ...kept } = more;
    expect(found).toMatchObject({ ...kept, TagCount: 2, ContentLength: 5, ETag });
    const { TagSet } = await cloud.sdk.send(new GetObjectTaggingCommand({ Bucket, Key: "kept" }));
    expect(TagSet).toEqual([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "x y" },
    ]);
    await cloud.sdk.send(
      new PutObjectTaggingCommand({ Bucket, Key: "kept", Tagging: { TagSet: [{ Key: "c", Value: "3" }] } }),
    );
    expect((await cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: "kept" }))).TagCount).toBe(1);
  });

  test.each([
    ["a b+c%d.txt"],
    ["ümläut/日本語/😀.jpg"],
    ["../../etc/passwd"],
    ["a//b/./../c"],
    ["x".repeat(1024)],
    ["quotes\"'<&>\r\n!*()"],
  ])("the key %j comes back as it went in", async (key) => {
    await put(key, key.slice(0, 20));
    expect(await textOf(key)).toBe(key.slice(0, 20));
    await cloud.sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: key }] } }));
    await expect(get(key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("a key over 1,024 bytes is refused", async () => {
    await expect(put("ü".repeat(513))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  test("ranges: first bytes, middle, open, suffix, beyond", async () => {
    await put("ranged", "0123456789");
    expect(await textOf("ranged", { Range: "bytes=0-3" })).toBe("0123");
    expect(await textOf("ranged", { Range: "bytes=4-" })).toBe("456789");
    expect(await textOf("ranged", { Range: "bytes=-3" })).toBe("789");
    expect(await textOf("ranged", { Range: "bytes=-30" })).toBe("0123456789");
    expect(await textOf("ranged", { Range: "bytes=8-90" })).toBe("89");
    expect(await get("ranged", { Range: "bytes=2-4" })).toMatchObject({
      ContentRange: "bytes 2-4/10",
      $metadata: { httpStatusCode: 206 },
    });
    for (const Range of ["bytes=10-", "bytes=-0"])
      await expect(get("ranged", { Range })).rejects.toMatchObject({
        name: "InvalidRange",
        $metadata: { httpStatusCode: 416 },
      });
    expect(await textOf("ranged", { Range: "bytes=0-1,3-4" })).toBe("0123456789");
  });

  test("conditional reads: 304 and 412", async () => {
    const { ETag } = await put("conditional");
    const { LastModified = new Date() } = await get("conditional");
    const status = (more: object): Promise<unknown> =>
      get("conditional", more).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      );
    const earlier = new Date(LastModified.getTime() - 5000);
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
    expect(await status({ IfNoneMatch: '"x"' })).toBe(200);
    expect(await status({ IfMatch: ETag })).toBe(200);
    expect(await status({ IfMatch: '"x"' })).toBe(412);
    expect(await status({ IfModifiedSince: LastModified })).toBe(304);
    expect(await status({ IfModifiedSince: earlier })).toBe(200);
    expect(await status({ IfUnmodifiedSince: earlier })).toBe(412);
    expect(await status({ IfMatch: ETag, IfUnmodifiedSince: earlier })).toBe(200);
    expect(await status({ IfNoneMatch: '"x"', IfModifiedSince: LastModified })).toBe(200);
  });

  test("of 50 racing If-None-Match: * exactly one wins, and only its bytes are kept", async () => {
    const before = cloud.files().length;
    const racers = Array.from({ length: 50 }, (_, index) =>
      put("race", `writer ${index}`, { IfNoneMatch: "*" }).then(
        () => index,
        (error: { name: string }) => error.name,
      ),
    );
    const outcomes = await Promise.all(racers);
    const winners = outcomes.filter((outcome) => typeof outcome === "number");
    expect(winners).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "PreconditionFailed")).toHaveLength(49);
    expect(await textOf("race")).toBe(`writer ${winners[0]}`);
    expect(cloud.files()).toHaveLength(before + 1);
  });

  test("If-Match on a put: 412 for another etag, 404 without object", async () => {
    const { ETag } = await put("guarded");
    await expect(put("guarded", "new", { IfMatch: '"x"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("unknown", "new", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
    await put("guarded", "new", { IfMatch: ETag });
    expect(await textOf("guarded")).toBe("new");
  });

  test("copies keep or replace metadata; onto itself only with a change", async () => {
    await put("source +ü", "bytes", { Metadata: { a: "1" }, ContentType: "text/css" });
    const CopySource = `${Bucket}/${encodeURIComponent("source +ü")}`;
    const copy = (Key: string, more: object = {}) =>
      cloud.sdk.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
    expect((await copy("copied")).CopyObjectResult?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await get("copied")).toMatchObject({ Metadata: { a: "1" }, ContentType: "text/css" });
    await copy("replaced", { MetadataDirective: "REPLACE", Metadata: { b: "2" } });
    expect(await get("replaced")).toMatchObject({ Metadata: { b: "2" }, ContentType: "binary/octet-stream" });
    await expect(copy("source +ü")).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(copy("copied", { CopySourceIfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  test("DeleteObjects answers per key, also for keys that are not there", async () => {
    await put("gone");
    const answer = await cloud.sdk.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "gone" }, { Key: "never" }] } }),
    );
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(["gone", "never"]);
  });

  test("a large object streams in and out, and an overwrite during a read does not disturb it", async () => {
    const big = Buffer.alloc(12 * 1024 * 1024, "0123456789abcdef");
    await put("big", big);
    const found = await get("big");
    await put("big", "small now");
    const bytes = await found.Body?.transformToByteArray();
    expect(Buffer.compare(Buffer.from(bytes ?? []), big)).toBe(0);
    expect(await textOf("big")).toBe("small now");
  });

  test("a cut upload leaves nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "s3-bodies-"));
    try {
      const bodies = openBodies(folder);
      const cut = Readable.from(
        (async function* () {
          yield Buffer.alloc(1000);
          throw new Error("the client went away");
        })(),
        { objectMode: false },
      );
      const stored = store({ bodies }, { data: pieces(cut), promise: { inTrailer: false } });
      await expect(stored).rejects.toMatchObject({ code: "IncompleteBody" });
      expect(["tmp", "bodies"].flatMap((name) => readdirSync(join(folder, name)))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("state survives: a second cloud on the folder has the objects and removes left-overs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "s3-state-"));
    try {
      const first = await serveS3({ folder });
      await first.sdk.send(new CreateBucketCommand({ Bucket }));
      await first.sdk.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "hello" }));
      await first.close();
      writeFileSync(join(folder, "s3", "tmp", "cut"), "x");
      writeFileSync(join(folder, "s3", "bodies", "orphan"), "x");
      const second = await serveS3({ folder });
      expect(await second.s3.readObject(Bucket, "kept")).toEqual(Buffer.from("hello"));
      await expect(second.s3.readObject(Bucket, "nope")).rejects.toMatchObject({ code: "NoSuchKey" });
      expect(second.files()).toHaveLength(1);
      await second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
