import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openApp, type Stored, type TestApp } from "../test/open-app.ts";
import type { ReadAt } from "./segy/read-at.ts";
import { s3Open } from "./s3-source.ts";

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));

let it: TestApp;
let stored: Stored;
beforeAll(async () => {
  it = await openApp();
  stored = await it.put("elsewhere/object", bytes);
});
afterAll(async () => it.cloud.close());
beforeEach(async () => it.cloud.faults.clear());

const open = (changed: { etag?: string; versionId?: string; key?: string } = {}): ReadAt =>
  s3Open(it.s3)({ bucket: it.incoming, key: "elsewhere/object", sizeBytes: bytes.length, ...stored, ...changed });

test("a range is the bytes from its start to before its end", async () => {
  expect(Buffer.from(await open().read(10, 20))).toEqual(bytes.subarray(10, 20));
  expect(Buffer.from(await open().read(0, bytes.length))).toEqual(bytes);
  expect(await open().read(5, 5)).toHaveLength(0);
});

test("what replaced the object is not read in its place", async () => {
  await it.s3.send(new PutObjectCommand({ Bucket: it.incoming, Key: "elsewhere/object", Body: "new" }));
  expect(Buffer.from(await open().read(0, 3))).toEqual(bytes.subarray(0, 3)); // the version is still there
  await expect(open({ etag: "0".repeat(32) }).read(0, 3)).rejects.toMatchObject({ code: "superseded" });
  const Key = "elsewhere/deleted";
  const { VersionId } = await it.s3.send(new DeleteObjectCommand({ Bucket: it.incoming, Key }));
  await expect(open({ key: Key, versionId: VersionId ?? "" }).read(0, 3)).rejects.toMatchObject({ code: "superseded" });
});

test.each([
  ["NoSuchVersion", 404, "superseded"],
  ["NoSuchKey", 404, "object-missing"],
  ["AccessDenied", 403, "access-denied"],
])("%s is %i and ends the run as %s", async (code, status, expected) => {
  await it.cloud.faults.add({ match: { service: "s3", action: "GetObject" }, effect: { kind: "error", code, status } });
  const failure = open().read(0, 3);
  await expect(failure).rejects.toMatchObject({ code: expected });
  await expect(failure).rejects.toThrow(`elsewhere/object (version ${stored.versionId}) of ${it.incoming}`);
});

test("a request that is cut off is sent again; an outage that stays is thrown as it is", async () => {
  const match = { service: "s3", action: "GetObject" };
  await it.cloud.faults.add({ match, when: { times: 2 }, effect: { kind: "lost-answer" } });
  expect(await open().read(0, 3)).toHaveLength(3);
  await it.cloud.faults.clear();
  await it.cloud.faults.add({ match, effect: { kind: "error", code: "SlowDown", status: 503 } });
  await expect(open().read(0, 3)).rejects.toMatchObject({ name: "SlowDown" });
});

/** Each body has 3 bytes; so many of them end after the first, with or without an error. */
const breaking = (times: number, error?: Error): ReadAt => {
  let left = times;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    if (left-- <= 0) yield Uint8Array.of(2, 3);
    else if (error) throw error;
  }
  const s3 = { send: async () => ({ Body: body() }) } as unknown as S3Client; // all that is used of it
  return s3Open(s3)({ bucket: "b", key: "k", sizeBytes: 3, ...stored });
};

describe("a body that breaks off", () => {
  test("is read again", async () => {
    expect(await breaking(2, new Error("aborted")).read(0, 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(await breaking(2).read(0, 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("three times is an error", async () => {
    await expect(breaking(3, new Error("aborted")).read(0, 3)).rejects.toThrow("aborted");
    await expect(breaking(3).read(0, 3)).rejects.toThrow("S3 sent 1 of 3 bytes");
  });
});

test("bytes come in the space that is given", async () => {
  const space = new Uint8Array(20);
  const read = await open().read(10, 15, space);
  expect(Buffer.from(read)).toEqual(bytes.subarray(10, 15));
  expect(read.buffer).toBe(space.buffer);
});
