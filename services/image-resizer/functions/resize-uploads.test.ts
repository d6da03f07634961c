// Pictures that come in as users and programs send them, and what is then in the variants bucket.
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { planted } from "../test/bytes.ts";
import { colourDistance, quadrants, type Raster } from "../test/measure.ts";
import { openApp, sendForm, type TestApp } from "../test/open-app.ts";
import { drawing, oriented } from "../test/pictures.ts";
import { uploadIdOf } from "../src/upload.ts";
import type { Manifest } from "../src/variants.ts";

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

const ContentType = "image/jpeg";

/** Each sends a file and answers the id of its upload. */
const ways = {
  "the SDK's PutObject": async (Body: Buffer) => {
    const Key = "uploads/by the SDK/Fähre 1.jpg";
    await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key, Body, ContentType }));
    return uploadIdOf(Key);
  },
  "a presigned PUT": async (bytes: Buffer) => {
    const Key = "uploads/by-url.jpg";
    const put = new PutObjectCommand({ Bucket: it.originals, Key, ContentType });
    const url = await getSignedUrl(it.s3, put, { expiresIn: 60 });
    const headers = { "content-type": ContentType };
    expect((await fetch(url, { method: "PUT", body: new Uint8Array(bytes), headers })).status).toBe(200);
    return uploadIdOf(Key);
  },
  "the presigned form": async (bytes: Buffer) => {
    const upload = await it.newUpload("photo.jpg");
    expect((await sendForm(upload, bytes)).status).toBe(204);
    return upload.uploadId;
  },
};

const manifestFor = async (uploadId: string): Promise<Manifest> => {
  const state = await it.uploadState(uploadId);
  expect(state).toMatchObject({ status: "done" });
  return it.manifest(state.status === "done" ? state.imageId : "");
};

const download = async (url: string): Promise<Buffer> => {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

describe("a photograph", () => {
  test.each<[keyof typeof ways, number, number, string[]]>([
    ["the SDK's PutObject", 500, 300, ["500x300", "480x288"]],
    ["a presigned PUT", 2000, 500, ["1920x480", "1024x256", "480x120"]],
    ["the presigned form", 400, 600, ["400x600"]],
  ])("sent by %s becomes all its variants, and a srcset that leads to them", async (way, width, height, sizes) => {
    const uploadId = await ways[way](await oriented(6, width, height));
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const manifest = await manifestFor(uploadId);
    expect(manifest.original).toMatchObject({ width, height, format: "jpeg", orientation: 6 });

    const base = `${it.cloud.endpoint}/${it.variants}/images/${manifest.id}`;
    const stored = `images/${manifest.id}/`;
    const names = ["avif", "webp", "jpg"].flatMap((end) => sizes.map((size) => `${size.split("x")[0]}.${end}`));
    const keys = Object.keys(await it.variantEtags()).filter((key) => key.startsWith(stored));
    expect(keys.toSorted()).toEqual([...names, "manifest.json"].map((name) => stored + name).toSorted());
    expect(JSON.parse((await download(`${base}/manifest.json`)).toString())).toEqual(manifest);

    for (const [format, end] of [
      ["avif", "avif"],
      ["webp", "webp"],
      ["jpeg", "jpg"],
    ] as const) {
      const widths = sizes.map((size) => size.split("x")[0]);
      const candidates = manifest.srcset[format]?.split(", ") ?? [];
      expect(candidates).toEqual(widths.map((each) => `${base}/${each}.${end} ${each}w`));
      for (const [at, candidate] of candidates.entries()) {
        const bytes = await download(candidate.split(" ")[0] ?? "");
        const found = await sharp(bytes).metadata();
        expect(`${found.width}x${found.height}`).toBe(sizes[at]);
        expect(found.format).toBe(format === "avif" ? "heif" : format);
      }
    }
    expect(manifest.fallback).toBe(`${base}/${width < 1024 ? width : 1024}.jpg`);
  });
});

const rasterOf = async (bytes: Buffer): Promise<Raster> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
};

const keyOf = (orientation: number): string => `uploads/turned-${orientation}.jpg`;

describe("a camera's orientation", () => {
  // All of them in src/sharp-images.test.ts too, without the cloud.
  const orientations = process.env["WARMSTART_FULL"] === "1" ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 6, 7];
  let upright: Raster;

  beforeAll(async () => {
    upright = await rasterOf(await drawing(320, 200).png().toBuffer());
    for (const orientation of orientations) {
      const Body = await oriented(orientation, 320, 200);
      await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key: keyOf(orientation), Body, ContentType }));
    }
    await it.cloud.idle();
  });

  test.each(orientations)(
    "%i comes out upright in every format, without what the camera noted",
    async (orientation) => {
      const manifest = await manifestFor(uploadIdOf(keyOf(orientation)));
      expect(manifest.original.orientation).toBe(orientation);
      expect(manifest.variants.map(({ width, height, format }) => `${width}x${height} ${format}`)).toEqual([
        "320x200 avif",
        "320x200 webp",
        "320x200 jpeg",
      ]);
      for (const { url } of manifest.variants) {
        const bytes = await download(url);
        expect(colourDistance(quadrants(await rasterOf(bytes)), quadrants(upright))).toBeLessThanOrEqual(5);
        expect((await sharp(bytes).metadata()).orientation).toBeUndefined();
        for (const note of Object.values(planted)) expect(bytes.includes(note)).toBe(false);
      }
    },
  );
});
