import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bucketOfHost, resourceOf } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { type RawOptions, serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const MODEL = "dist-es/schemas/schemas_0.js";
let cloud: ServedS3;
const refused = (method: string, path: string): string => `${method} ${path}: 501, untouched`;
beforeAll(async () => {
  cloud = await serveS3();
  await cloud.raw("PUT", "/bucket");
  await cloud.raw("PUT", "/bucket/key", { body: "untouched" });
});
afterAll(() => cloud.close());

/** Method and path of every operation of the SDK, as its own model has them: the whole API. */
const OPERATIONS = [
  ...readFileSync(
    createRequire(import.meta.url)
      .resolve("@aws-sdk/client-s3")
      .replace("dist-cjs/index.js", MODEL),
    "utf8",
  ).matchAll(/\["(GET|PUT|POST|DELETE|HEAD)", "(\/[^"]*)", \d+\]/g),
].map(([, method = "", path = ""]) => {
  const [place = "", query = ""] = path.split("?");
  const names = query.split("&").flatMap((text) => text.split("=")[0] ?? []);
  return {
    method,
    level: place === "/{Key+}" ? "object" : "bucket",
    names: names.filter((name) => name && name !== "x-id"),
  };
});

/** Every sub-resource of the API, and some that it does not have. */
const SUB_RESOURCES = [...new Set([...OPERATIONS.flatMap(({ names }) => names), "policyStatus", "x-unknown"])];
const isServed = (method: string, level: string, names: readonly string[]): boolean =>
  ROUTES.some(
    (row) => row.method === method && row.level === level && row.by.toSorted().join() === names.toSorted().join(),
  );
/** `uploadId` may stand beside others, and `versionId` chooses nothing by itself. */
const isParameter = (method: string, level: string, name: string): boolean =>
  ROUTES.some((row) => row.method === method && row.level === level && row.by.length === 0 && row.may.includes(name));
const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** 501 and an unchanged object, as one text. */
const outcome = async (method: string, path: string, options: RawOptions = {}): Promise<string> => {
  const { status } = await cloud.raw(method, path, options);
  return `${method} ${path}: ${status}, ${(await cloud.raw("GET", "/bucket/key")).text}`;
};

describe("what is not implemented", () => {
  test("every other sub-resource of the API is 501 with the object untouched", async () => {
    expect(OPERATIONS.length).toBeGreaterThan(100);
    expect(SUB_RESOURCES).toEqual(
      expect.arrayContaining(["acl", "retention", "torrent", "legal-hold", "renameObject"]),
    );
    for (const name of SUB_RESOURCES) {
      for (const method of METHODS) {
        for (const [level, place] of [
          ["object", "/bucket/key"],
          ["bucket", "/bucket"],
        ] as const) {
          if (isServed(method, level, [name]) || isParameter(method, level, name)) continue;
          const path = `${place}?${name}`;
          const body = method === "GET" || method === "HEAD" ? "" : "<x/>";
          expect(await outcome(method, path, { body })).toBe(refused(method, path));
        }
      }
    }
  });

  test("so is every operation of the API that has no row here", async () => {
    const missing = OPERATIONS.filter(
      ({ method, level, names }) => names.length > 0 && !isServed(method, level, names),
    );
    expect(missing.length).toBeGreaterThan(40);
    for (const { method, level, names } of missing) {
      const path = `${level === "object" ? "/bucket/key" : "/bucket"}?${names.join("&")}`;
      expect(await outcome(method, path)).toBe(refused(method, path));
    }
  });

  test("so is any other query parameter, alone or beside a known one", async () => {
    const known = new Set(ROUTES.flatMap(({ by, may }) => [...by, ...may]));
    const name = fc
      .stringMatching(/^[a-zA-Z][a-zA-Z-]{0,12}$/)
      .filter((text) => !known.has(text) && !/^x-(id|amz-)/i.test(text));
    const beside = fc.constantFrom("", "&tagging", "&versionId=null", "&uploadId=1&partNumber=1");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), name, beside, async (method, parameter, more) => {
        const path = `/bucket/key?${parameter}=1${more}`;
        expect(await outcome(method, path)).toBe(refused(method, path));
      }),
      { seed: 3, numRuns: FULL ? 60 : 25 },
    );
  });

  test("headers that would be ignored are 501 too", async () => {
    for (const [name, value] of Object.entries({
      "x-amz-object-lock-mode": "GOVERNANCE",
      "x-amz-acl": "public-read",
      "x-amz-grant-read": "id=1",
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-customer-algorithm": "AES256",
      "x-amz-website-redirect-location": "/x",
      "x-amz-storage-class": "STANDARD_IA",
      "x-amz-anything": "1",
    })) {
      const told = await outcome("PUT", "/bucket/key", { headers: { [name]: value }, body: "new" });
      expect([name, told]).toEqual([name, refused("PUT", "/bucket/key")]);
    }
  });
});

describe("addresses", () => {
  test.each([
    ["photos.localhost:4566", "photos"],
    ["photos.s3.localhost", "photos"],
    ["my.photos.s3.us-east-1.amazonaws.com", "my.photos"],
    ["photos.s3-us-west-2.amazonaws.com", "photos"],
    ["127.0.0.1:4566", undefined],
    ["localhost:4566", undefined],
    ["s3.localhost:4566", undefined],
    ["s3.us-east-1.amazonaws.com", undefined],
  ])("the host %s names the bucket %s", (host, bucket) => {
    expect(bucketOfHost(host)).toBe(bucket);
  });

  test("any key that can be encoded is decoded", () => {
    const key = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(key, (text) => {
        const path = text.split("/").map(encodeURIComponent).join("/");
        expect(resourceOf({ host: "127.0.0.1", path: `/b/${path}` })).toEqual({ bucket: "b", key: text });
        expect(resourceOf({ host: "b.localhost", path: `/${path}` })).toEqual({ bucket: "b", key: text });
      }),
      { seed: 5 },
    );
  });

  test("virtual-host style reaches the same object", async () => {
    const host = `bucket.localhost:${new URL(cloud.endpoint).port}`;
    expect((await cloud.raw("GET", "/key", { host })).text).toBe("untouched");
  });

  test("a path that is no UTF-8 is InvalidURI", async () => {
    expect(await cloud.raw("GET", "/bucket/%ff", { unsigned: true })).toMatchObject({ status: 400 });
  });

  test("a request target with the whole address reaches the same object", async () => {
    const { url, host } = { url: `${cloud.endpoint}/bucket/key`, host: new URL(cloud.endpoint).host };
    const policy = JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" }],
    });
    await cloud.raw("PUT", "/bucket?policy", { body: policy });
    expect(await cloud.raw("GET", url, { unsigned: true, host })).toMatchObject({ status: 200, text: "untouched" });
    expect((await cloud.raw("GET", cloud.endpoint, { unsigned: true, host })).status).toBe(403);
  });
});
