import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

let cloud: ServedS3;
beforeAll(async () => {
  cloud = await serveS3();
});
afterAll(() => cloud.close());

type Status = "Enabled" | "Suspended";
const setVersioning = (Bucket: string, Status: Status) =>
  cloud.sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const versioned = async (Bucket: string): Promise<string> => {
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
  await setVersioning(Bucket, "Enabled");
  return Bucket;
};
const put = async (Bucket: string, Key: string, Body: string) =>
  (await cloud.sdk.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? "none";
const textOf = async (Bucket: string, Key: string, VersionId?: string) =>
  (await cloud.sdk.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
const remove = (Bucket: string, Key: string, VersionId?: string) =>
  cloud.sdk.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
const list = (Bucket: string, more: object = {}) => cloud.sdk.send(new ListObjectVersionsCommand({ Bucket, ...more }));

describe("a versioned bucket", () => {
  test("keeps the bytes of every version, and tells which is the latest", async () => {
    const Bucket = await versioned("keeps");
    expect((await cloud.sdk.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const [first, second] = [await put(Bucket, "k", "one"), await put(Bucket, "k", "two")];
    expect(first).not.toBe(second);
    expect([await textOf(Bucket, "k"), await textOf(Bucket, "k", first)]).toEqual(["two", "one"]);
    expect((await cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: "k" }))).VersionId).toBe(second);
    expect((await list(Bucket)).Versions).toMatchObject([
      { Key: "k", VersionId: second, IsLatest: true, Size: 3 },
      { Key: "k", VersionId: first, IsLatest: false, Size: 3 },
    ]);
  });

  test("hides a deleted object behind a marker, and shows it again when the marker is removed", async () => {
    const Bucket = await versioned("hides");
    const first = await put(Bucket, "k", "one");
    const marked = await remove(Bucket, "k");
    expect(marked).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    const gone = await cloud.raw("GET", `/${Bucket}/k`);
    expect(gone).toMatchObject({ status: 404, headers: { "x-amz-delete-marker": "true" } });
    const asked = await cloud.raw("GET", `/${Bucket}/k?versionId=${marked.VersionId}`);
    expect(asked).toMatchObject({ status: 405, headers: { allow: "DELETE", "x-amz-delete-marker": "true" } });
    expect((await cloud.sdk.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    const { Versions, DeleteMarkers } = await list(Bucket);
    expect(Versions).toMatchObject([{ VersionId: first, IsLatest: false }]);
    expect(DeleteMarkers).toMatchObject([{ VersionId: marked.VersionId, IsLatest: true }]);
    expect(await remove(Bucket, "k", marked.VersionId)).toMatchObject({ DeleteMarker: true });
    expect(await textOf(Bucket, "k")).toBe("one");
  });

  test("removes a version for good, and then the one below is current", async () => {
    const Bucket = await versioned("removes");
    const [first, second] = [await put(Bucket, "k", "one"), await put(Bucket, "k", "two")];
    const files = cloud.files().length;
    await remove(Bucket, "k", second);
    expect(await textOf(Bucket, "k")).toBe("one");
    expect(cloud.files()).toHaveLength(files - 1);
    await expect(textOf(Bucket, "k", second)).rejects.toMatchObject({ name: "NoSuchVersion" });
    await remove(Bucket, "k", first);
    await expect(textOf(Bucket, "k")).rejects.toMatchObject({ name: "NoSuchKey" });
    await remove(Bucket, "k", first);
    await expect(remove(Bucket, "k", "nonsense")).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  test("copies, tags and deletes by version", async () => {
    const Bucket = await versioned("byversion");
    const [first, second] = [await put(Bucket, "k", "one"), await put(Bucket, "k", "two")];
    const CopySource = `${Bucket}/k?versionId=${first}`;
    const copied = await cloud.sdk.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource }));
    expect(copied).toMatchObject({ CopySourceVersionId: first });
    expect([await textOf(Bucket, "k"), await textOf(Bucket, "k", second)]).toEqual(["one", "two"]);
    const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
    await cloud.sdk.send(new PutObjectTaggingCommand({ Bucket, Key: "k", VersionId: first, Tagging }));
    const tagsOf = async (VersionId?: string) =>
      (await cloud.sdk.send(new GetObjectTaggingCommand({ Bucket, Key: "k", VersionId }))).TagSet;
    expect([await tagsOf(first), await tagsOf()]).toEqual([Tagging.TagSet, []]);
    const Objects = [{ Key: "k", VersionId: first }, { Key: "other" }];
    const deleted = await cloud.sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted.Deleted).toMatchObject([
      { Key: "k", VersionId: first },
      { Key: "other", DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    const marker = `${Bucket}/other?versionId=${deleted.Deleted?.[1]?.DeleteMarkerVersionId}`;
    await expect(cloud.sdk.send(new CopyObjectCommand({ Bucket, Key: "x", CopySource: marker }))).rejects.toMatchObject(
      { name: "InvalidRequest" },
    );
  });

  test("cannot be removed while it has versions or markers", async () => {
    const Bucket = await versioned("full");
    const marker = await remove(Bucket, "k");
    await expect(cloud.sdk.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketNotEmpty",
      message: "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
    });
    await remove(Bucket, "k", marker.VersionId);
    await cloud.sdk.send(new DeleteBucketCommand({ Bucket }));
    const emptied = await versioned("emptied");
    await put(emptied, "k", "one");
    await put(emptied, "k", "two");
    cloud.s3.emptyBucket(emptied);
    await cloud.sdk.send(new DeleteBucketCommand({ Bucket: emptied }));
  });

  test("asks for the permission on versions", async () => {
    const Bucket = await versioned("rights");
    const VersionId = await put(Bucket, "k", "one");
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const reader = await cloud.roleWith("reader", [{ Effect: "Allow", Action: "s3:GetObject", Resource }]);
    await reader.send(new GetObjectCommand({ Bucket, Key: "k" }));
    await expect(reader.send(new GetObjectCommand({ Bucket, Key: "k", VersionId }))).rejects.toMatchObject({
      message: expect.stringContaining("s3:GetObjectVersion"),
    });
    await expect(reader.send(new ListObjectVersionsCommand({ Bucket }))).rejects.toMatchObject({
      message: expect.stringContaining("s3:ListBucketVersions"),
    });
  });

  test("answers any version id without failing", async () => {
    const Bucket = await versioned("anyid");
    await put(Bucket, "k", "x");
    const id = fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{32}$/), fc.constantFrom("", "null", "NULL"));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("GET", "HEAD", "DELETE"), id, async (method, versionId) => {
        const path = `/${Bucket}/k?versionId=${encodeURIComponent(versionId).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
        expect([204, 400, 404]).toContain((await cloud.raw(method, path)).status);
      }),
      { seed: 11, numRuns: FULL ? 60 : 25 },
    );
    expect(await textOf(Bucket, "k")).toBe("x");
  });

  test("MFA delete and unknown states are refused", async () => {
    await versioned("mfa");
    const body =
      "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>";
    expect(await cloud.raw("PUT", "/mfa?versioning", { body })).toMatchObject({ status: 501 });
    const unknown = "<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>";
    expect(await cloud.raw("PUT", "/mfa?versioning", { body: unknown })).toMatchObject({ status: 400 });
  });
});

describe("a suspended bucket", () => {
  test("replaces only its null version, which is also what was there before", async () => {
    const Bucket = "suspended";
    await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
    await put(Bucket, "k", "before");
    await setVersioning(Bucket, "Enabled");
    const second = await put(Bucket, "k", "versioned");
    expect(await textOf(Bucket, "k", "null")).toBe("before");
    await setVersioning(Bucket, "Suspended");
    expect(await put(Bucket, "k", "null now")).toBe("null");
    const ids = async () => (await list(Bucket)).Versions?.map(({ VersionId }) => VersionId);
    expect(await ids()).toEqual(["null", second]);
    expect(await textOf(Bucket, "k", "null")).toBe("null now");
    expect(await remove(Bucket, "k")).toMatchObject({ DeleteMarker: true, VersionId: "null" });
    expect(await ids()).toEqual([second]);
    await remove(Bucket, "k", "null");
    expect(await textOf(Bucket, "k")).toBe("versioned");
  });
});

describe("the listing of versions", () => {
  test("comes in pages, by prefix and delimiter, every version once", async () => {
    const Bucket = await versioned("pages");
    for (const key of ["a", "a", "a", "dir/x", "dir/y", "z"]) await put(Bucket, key, "x");
    await remove(Bucket, "a");
    const all = await list(Bucket);
    expect([all.Versions?.length, all.DeleteMarkers?.length]).toEqual([6, 1]);
    const seen: string[] = [];
    for (let marker: object | undefined = {}; marker !== undefined;) {
      const page: Awaited<ReturnType<typeof list>> = await list(Bucket, { MaxKeys: 2, ...marker });
      for (const entry of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        seen.push(`${entry.Key} ${entry.VersionId} ${entry.IsLatest}`);
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      marker = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    }
    const whole = [...(all.Versions ?? []), ...(all.DeleteMarkers ?? [])];
    expect(seen.toSorted()).toEqual(whole.map((v) => `${v.Key} ${v.VersionId} ${v.IsLatest}`).toSorted());
    const grouped = await list(Bucket, { Delimiter: "/" });
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: "dir/" }]);
    const first = await list(Bucket, { Delimiter: "/", MaxKeys: 5 });
    expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: "dir/" });
    const rest = await list(Bucket, { Delimiter: "/", KeyMarker: "dir/" });
    expect(rest.Versions).toMatchObject([{ Key: "z" }]);
    expect((await list(Bucket, { Prefix: "dir/" })).Versions).toHaveLength(2);
  });

  test("of a bucket that was never versioned has null versions", async () => {
    const Bucket = "plain";
    await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
    await put(Bucket, "k", "x");
    expect((await list(Bucket)).Versions).toMatchObject([{ Key: "k", VersionId: "null", IsLatest: true }]);
    expect(await textOf(Bucket, "k", "null")).toBe("x");
    await remove(Bucket, "k", "null");
    expect((await list(Bucket)).Versions).toBeUndefined();
  });
});
