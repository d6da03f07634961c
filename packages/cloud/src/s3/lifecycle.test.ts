import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const DAY = 86_400_000;
const Bucket = "aging";
/** Half past ten in the morning. */
const START = Date.UTC(2026, 10, 21, 10, 30);

let cloud: ServedS3;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "s3-lifecycle-"));
  cloud = await serveS3({ frozenAt: START, folder });
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

const rules = (...given: Partial<LifecycleRule>[]) => {
  const Rules = given.map((rule): LifecycleRule => ({ Status: "Enabled", Filter: {}, ...rule }));
  return cloud.sdk.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
};
const enable = () =>
  cloud.sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
const put = (Key: string, Body = "x") => cloud.sdk.send(new PutObjectCommand({ Bucket, Key, Body }));
const keys = async () => (await cloud.sdk.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key);
const versions = async () => {
  const { Versions = [], DeleteMarkers = [] } = await cloud.sdk.send(new ListObjectVersionsCommand({ Bucket }));
  return [Versions.length, DeleteMarkers.length];
};

describe("lifecycle rules", () => {
  test("expire objects at the midnight after their days, by prefix", async () => {
    await rules(
      { ID: "tmp", Filter: { Prefix: "tmp/" }, Expiration: { Days: 1 } },
      { ID: "old", Filter: { Prefix: "old/" }, Expiration: { Days: 2 } },
      { ID: "off", Status: "Disabled", Expiration: { Days: 1 } },
    );
    for (const key of ["tmp/a", "old/a", "stays"]) await put(key);
    await cloud.clock.advance(DAY); // half past ten: the day is over, its midnight is not
    expect(await keys()).toContain("tmp/a");
    await cloud.clock.advance(DAY);
    expect(await keys()).toEqual(["old/a", "stays"]);
    await cloud.clock.advance(DAY);
    expect(await keys()).toEqual(["stays"]);
    expect(cloud.files()).toHaveLength(1);
  });

  test("abort uploads that were never completed", async () => {
    await rules({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
    await cloud.sdk.send(new CreateMultipartUploadCommand({ Bucket, Key: "u" }));
    const uploads = async () =>
      (await cloud.sdk.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
    await cloud.clock.advance(DAY);
    expect(await uploads()).toBe(1);
    await cloud.clock.advance(DAY);
    expect(await uploads()).toBe(0);
  });

  test("hide expired objects of a versioned bucket, remove old versions, then the marker", async () => {
    await enable();
    await rules({
      ID: "all",
      Expiration: { Days: 10 },
      NoncurrentVersionExpiration: { NoncurrentDays: 2 },
    });
    for (const body of ["1", "2", "3"]) await put("k", body);
    await cloud.clock.advance(3 * DAY);
    expect(await versions()).toEqual([1, 0]);
    await cloud.clock.advance(8 * DAY);
    expect(await versions()).toEqual([1, 1]);
    expect(await keys()).toBeUndefined();
    await cloud.clock.advance(3 * DAY);
    expect(await versions()).toEqual([0, 1]);
    await cloud.clock.advance(9 * DAY);
    expect(await versions()).toEqual([0, 0]);
  });

  test("keep running after a restart", async () => {
    await rules({ ID: "all", Expiration: { Days: 1 } });
    await put("k");
    await cloud.close();
    cloud = await serveS3({ frozenAt: START, folder });
    await cloud.clock.advance(3 * DAY);
    expect(await keys()).toBeUndefined();
  });

  test("find old versions, with their bytes, after a restart", async () => {
    await enable();
    const { VersionId } = await put("k", "old");
    await put("k", "new");
    await rules({ ID: "old", NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
    await cloud.close();
    cloud = await serveS3({ frozenAt: START, folder });
    expect((await cloud.raw("GET", `/${Bucket}/k?versionId=${VersionId}`)).text).toBe("old");
    await cloud.clock.advance(3 * DAY);
    expect(await versions()).toEqual([1, 0]);
    expect(cloud.files()).toHaveLength(1);
  });

  test("come back as they were put, and go", async () => {
    const given: LifecycleRule = {
      ID: "all",
      Status: "Enabled",
      Filter: { Prefix: "a/" },
      Expiration: { Days: 5 },
      NoncurrentVersionExpiration: { NoncurrentDays: 3 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    };
    await rules(given);
    const get = () => cloud.sdk.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect((await get()).Rules).toEqual([given]);
    await cloud.sdk.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: "NoSuchLifecycleConfiguration" });
  });

  test.each<[string, Partial<LifecycleRule>, string]>([
    ["no action", {}, "InvalidRequest"],
    ["days of 0", { Expiration: { Days: 0 } }, "InvalidArgument"],
    ["a date", { Expiration: { Date: new Date(0) } }, "NotImplemented"],
    ["a tag", { Filter: { Tag: { Key: "a", Value: "b" } }, Expiration: { Days: 1 } }, "NotImplemented"],
    ["a transition", { Transitions: [{ Days: 1, StorageClass: "GLACIER" }] }, "NotImplemented"],
  ])("with %s are refused", async (_what, rule, name) => {
    await expect(rules(rule)).rejects.toMatchObject({ name });
  });

  test("with one id twice are refused", async () => {
    const rule = { ID: "a", Expiration: { Days: 1 } };
    await expect(rules(rule, rule)).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});
