import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { s3Event } from "@warmstart/testing";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gifBomb, pngBomb } from "../test/bytes.ts";
import { openApp, type TestApp } from "../test/open-app.ts";
import { drawing, foreignPictures as pictures, oriented } from "../test/pictures.ts";
import { uploadIdOf } from "../src/upload.ts";

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

const put = async (key: string, bytes: Buffer, metadata?: Record<string, string>): Promise<void> => {
  await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key: key, Body: bytes, Metadata: metadata }));
};

const outcomeOf = async (key: string): Promise<Record<string, unknown>[]> =>
  (await it.outcomes()).filter((line) => line["key"] === key);

describe("a file that is put into the bucket", () => {
  test.each(["uploads/Grüße vom Meer + 100%.jpg", "uploads/plain.jpg", "uploads/a/deep/path/x.jpg"])(
    "under %s is resized",
    async (key) => {
      await put(key, await oriented(8, 500, 300));
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
      const state = await it.uploadState(uploadIdOf(key));
      expect(state).toMatchObject({ status: "done" });
      const imageId = state.status === "done" ? state.imageId : "";
      await expect(it.cloud).toHaveObject(it.variants, `images/${imageId}/500.avif`);
      await expect(it.cloud).toHaveObject(it.variants, `images/${imageId}/manifest.json`);
    },
  );

  test("outside of uploads/ starts nothing", async () => {
    await put("elsewhere/photo.jpg", await oriented(1, 20, 20));
    await it.cloud.idle();
    expect(await outcomeOf("elsewhere/photo.jpg")).toEqual([]);
  });

  test("twice under two names: one image, and the second run says that it repeats", async () => {
    const bytes = await drawing(300, 222).png().toBuffer();
    for (const key of ["uploads/one.png", "uploads/two.png"]) {
      await put(key, bytes);
      await it.cloud.idle();
    }
    const [one, two] = [await outcomeOf("uploads/one.png"), await outcomeOf("uploads/two.png")];
    expect([one[0]?.["repeated"], two[0]?.["repeated"]]).toEqual([false, true]);
    expect(two[0]?.["id"]).toBe(one[0]?.["id"]);
  });

  test("as a folder marker, or with the mark of a variant, is skipped", async () => {
    await put("uploads/summer/", Buffer.alloc(0));
    await put("uploads/variant.jpg", await drawing(20, 20).jpeg().toBuffer(), { "warmstart-variant": "true" });
    await it.cloud.idle();
    expect(await outcomeOf("uploads/summer/")).toMatchObject([{ outcome: "folder-marker" }]);
    expect(await outcomeOf("uploads/variant.jpg")).toMatchObject([{ outcome: "own-variant" }]);
  });
});

describe("an event", () => {
  test("with two records: each is done", async () => {
    await put("uploads/first.png", await drawing(31, 30).png().toBuffer());
    await put("uploads/second.png", await drawing(32, 30).png().toBuffer());
    const object = { bucket: it.originals, etag: "", sequencer: "FFFF" };
    const event = s3Event({ ...object, key: "uploads/first.png" }, { ...object, key: "uploads/second.png" });
    expect((await it.resize(event)).failed).toBe(false);
    expect(await it.uploadState(uploadIdOf("uploads/second.png"))).toMatchObject({ status: "done" });
  });

  test("for an object that is gone, or was replaced since, ends quietly", async () => {
    await put("uploads/replaced.png", await drawing(33, 30).png().toBuffer());
    await it.cloud.idle();
    const object = { bucket: it.originals, sequencer: "FFFF" };
    const gone = await it.resize(s3Event({ ...object, key: "uploads/gone.png" }));
    const replaced = await it.resize(s3Event({ ...object, key: "uploads/replaced.png", etag: "0".repeat(32) }));
    expect([gone.failed, replaced.failed]).toEqual([false, false]);
    expect(await outcomeOf("uploads/gone.png")).toMatchObject([{ outcome: "superseded" }]);
    expect((await outcomeOf("uploads/replaced.png")).at(-1)).toMatchObject({ outcome: "superseded" });
  });
});

/** What became of a file, once every retry would have been due. */
const endOf = async (key: string, bytes: Buffer) => {
  const before = await it.variantEtags();
  await put(key, bytes);
  await it.cloud.clock.advance("10m");
  const { deadLetters } = await it.cloud.idle();
  const lines = await it.cloud.logs("image-resizer-local-resize");
  const { ContentLength } = await it.s3.send(new HeadObjectCommand({ Bucket: it.originals, Key: key }));
  return {
    deadLetters,
    upload: await it.uploadState(uploadIdOf(key)),
    outcomes: await outcomeOf(key),
    files: { before, after: await it.variantEtags() },
    metrics: lines.filter(({ message }) => message.includes("ImagesRejected")).map(({ message }) => message),
    keptBytes: ContentLength,
  };
};

// 69 bytes that claim 10,000 megapixels, from the folder of pictures that is not part of this repository.
const foreign = join(pictures, "hostile-100000x100000.png");
const hasForeign = existsSync(foreign);

describe(`a hostile file${hasForeign ? "" : ` (one is skipped: ${foreign} is absent)`}`, () => {
  const files: [string, string, () => Promise<Buffer> | Buffer][] = [
    ["uploads/bomb.png", "too-many-pixels", () => pngBomb(100_000, 100_000)],
    ["uploads/interlaced.png", "too-many-pixels", () => pngBomb(12_000, 8_000, { depth: 16 })],
    ["uploads/bomb.gif", "too-many-pixels", () => gifBomb(2000, 2000, 60)],
    ["uploads/svg.jpg", "unsupported-format", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["uploads/empty.jpg", "empty-file", () => Buffer.alloc(0)],
    ["uploads/large.jpg", "too-large", () => Buffer.alloc(25 * 1024 * 1024 + 1)],
    ["uploads/cut.jpg", "damaged-image", async () => (await oriented(1)).subarray(0, 4000)],
  ];
  if (hasForeign) files.push(["uploads/foreign.png", "too-many-pixels", () => readFileSync(foreign)]);

  test.each(files)("%s is rejected as %s, once and for all", async (key, code, make) => {
    const bytes = await make();
    const { deadLetters, upload, outcomes, files, metrics, keptBytes } = await endOf(key, bytes);
    expect(upload).toMatchObject({ status: "rejected", problem: { code } });
    expect(outcomes).toMatchObject([{ outcome: "rejected", code }]); // no second attempt
    expect(files.after).toEqual(files.before);
    expect(deadLetters).toEqual([]);
    expect(metrics.some((line) => line.includes(code))).toBe(true);
    expect(keptBytes).toBe(bytes.length);
  });
});

describe("the endless loop is out of reach", () => {
  test("an event of another bucket stops with a clear error", async () => {
    const { failed, text } = await it.resize(s3Event({ bucket: it.variants, key: "uploads/x.jpg" }));
    expect(failed).toBe(true);
    expect(text).toContain("misconfigured: warmstart-image-resizer-local-variants triggers this function");
  });

  test("with equal buckets the function does not even start", async () => {
    const names = { IMAGES_TABLE: "images", ORIGINALS_BUCKET: "one", VARIANTS_BUCKET: "one", AWS_REGION: "us-east-1" };
    Object.assign(process.env, names);
    await expect(import("./resize.ts")).rejects.toThrow("misconfigured: ORIGINALS_BUCKET and VARIANTS_BUCKET");
    for (const name of Object.keys(names)) delete process.env[name];
  });

  test("its role may not put into the originals", async () => {
    const env = await it.app.env("resize");
    const credentials = {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
      sessionToken: env["AWS_SESSION_TOKEN"] ?? "",
    };
    const role = new S3Client({ endpoint: it.cloud.endpoint, region: "us-east-1", forcePathStyle: true, credentials });
    const object = { Key: "uploads/loop.jpg", Body: "x" };
    await expect(role.send(new PutObjectCommand({ Bucket: it.originals, ...object }))).rejects.toThrow(
      /not authorized/,
    );
    const allowed = { Bucket: it.variants, Key: "images/allowed", Body: "x" };
    await expect(role.send(new PutObjectCommand(allowed))).resolves.toBeDefined();
  });
});
