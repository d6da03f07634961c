import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

let cloud: ServedS3;
const KEYS = ["a", "a/1", "a/2", "a/b/3", "b c+d", "c/x", "c/y", "ü/1", "\uFFFDz", "😀"];
beforeAll(async () => {
  cloud = await serveS3();
  await cloud.sdk.send(new CreateBucketCommand({ Bucket: "keys" }));
  for (const Key of KEYS) await cloud.sdk.send(new PutObjectCommand({ Bucket: "keys", Key, Body: "x" }));
});
afterAll(() => cloud.close());

/** All pages, keys and common prefixes in the order they came. */
const listAll = async (input: Omit<ListObjectsV2CommandInput, "Bucket">): Promise<string[]> => {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await cloud.sdk.send(new ListObjectsV2Command({ Bucket: "keys", ...input, ContinuationToken: token }));
    const here = [
      ...(page.Contents ?? []).map(({ Key = "" }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix),
    ];
    expect(page.KeyCount).toBe(here.length);
    expect(here.length).toBeLessThanOrEqual(input.MaxKeys ?? 1000);
    found.push(...here);
    token = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(token !== undefined);
  } while (token !== undefined);
  return found;
};
const byBytes = (keys: readonly string[]): string[] =>
  keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("listings", () => {
  test("are in the order of UTF-8 bytes", async () => {
    expect(await listAll({})).toEqual(byBytes(KEYS));
  });

  test("for any prefix, delimiter, start and page size give what a plain scan gives, once each", async () => {
    const part = fc.constantFrom("", "a", "a/", "/", "b", "c/", "ü", "x");
    await fc.assert(
      fc.asyncProperty(
        part,
        fc.constantFrom("", "/", "b"),
        part,
        fc.integer({ min: 1, max: 4 }),
        async (Prefix, Delimiter, StartAfter, MaxKeys) => {
          const expected = new Set<string>();
          for (const key of KEYS) {
            if (!key.startsWith(Prefix) || Buffer.compare(Buffer.from(key), Buffer.from(StartAfter)) <= 0) continue;
            const at = Delimiter === "" ? -1 : key.indexOf(Delimiter, Prefix.length);
            const name = at < 0 ? key : key.slice(0, at + Delimiter.length);
            // A start that is itself a common prefix has all of its keys behind it.
            if (at >= 0 && name === StartAfter && StartAfter.length > Prefix.length) continue;
            expected.add(name);
          }
          expect(byBytes(await listAll({ Prefix, Delimiter, StartAfter, MaxKeys }))).toEqual(byBytes([...expected]));
        },
      ),
      { seed: 7, numRuns: FULL ? 60 : 25 },
    );
  });

  test("version 1 pages by marker, and encodes names on request", async () => {
    const first = await cloud.sdk.send(new ListObjectsCommand({ Bucket: "keys", Delimiter: "/", MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: "a/", CommonPrefixes: [{ Prefix: "a/" }] });
    const next = await cloud.sdk.send(
      new ListObjectsCommand({ Bucket: "keys", Delimiter: "/", Marker: "a/", MaxKeys: 1, EncodingType: "url" }),
    );
    expect(next.Contents?.map(({ Key }) => Key)).toEqual(["b+c%2Bd"]);
    expect((await cloud.sdk.send(new ListObjectsCommand({ Bucket: "keys", MaxKeys: 0 }))).IsTruncated).toBe(false);
  });

  test("refuse a foreign continuation token", async () => {
    const listing = new ListObjectsV2Command({ Bucket: "keys", ContinuationToken: "bogus" });
    await expect(cloud.sdk.send(listing)).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});
