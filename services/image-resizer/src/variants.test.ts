import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as v from "valibot";
import {
  formatsOf,
  imageId,
  Manifest,
  manifestKey,
  manifestOf,
  planSizes,
  variantKey,
  type ManifestParts,
} from "./variants.ts";

const widths = (width: number, height: number): number[] => planSizes({ width, height }).map((size) => size.width);

const parts: ManifestParts = {
  id: "0123456789abcdef0123456789abcdef",
  original: { width: 2725, height: 2225, format: "jpeg", frames: 1, animated: false, orientation: 1 },
  formats: formatsOf(true),
  publicBase: "https://images.example",
  thumbHash: "1DgGDoILwErCm5rIvIpnWomdCMOqYKs=",
  averageColour: "#654c3e",
  createdAt: "2026-01-15T12:00:00.000Z",
};

describe("planned sizes", () => {
  test.each([
    [2725, 2225, [1920, 1024, 480]],
    [600, 450, [600, 480]],
    [1024, 10, [1024, 480]],
    [480, 480, [480]],
    [1, 1, [1]],
    [8000, 10, [1920, 1024, 480]],
    [1000, 100_000, [163]],
  ])("a %i x %i picture is made in widths %j", (width, height, expected) => {
    expect(widths(width, height)).toEqual(expected);
  });

  test("widths fall, none is wider than the picture, the ratio is kept within a pixel, no side is over 16,383", () => {
    const side = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const sizes = planSizes({ width, height });
        sizes.forEach((size, at) => {
          expect(size.width).toBeLessThanOrEqual(Math.min(width, sizes[at - 1]?.width ?? 1920));
          expect(size.width).not.toBe(sizes[at - 1]?.width);
          expect(size.height).toBeGreaterThanOrEqual(1);
          expect(size.height).toBeLessThanOrEqual(16_383);
          const byHeight = Math.abs(size.height - (height * size.width) / width);
          const byWidth = Math.abs(size.width - (width * size.height) / height);
          expect(Math.min(byHeight, byWidth)).toBeLessThanOrEqual(1);
        });
      }),
      { seed: 2, numRuns: process.env["WARMSTART_FULL"] === "1" ? 3000 : 600 },
    );
  });
});

describe("the image's id and keys", () => {
  test("equal bytes have one id, other bytes and other settings have another", () => {
    const [one, other] = [Buffer.from("one"), Buffer.from("other")];
    const id = imageId(one, formatsOf(true));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(imageId(Buffer.from("one"), formatsOf(true))).toBe(id);
    expect(imageId(other, formatsOf(true))).not.toBe(id);
    expect(imageId(one, formatsOf(false))).not.toBe(id);
  });

  test("variants and manifest lie below images/ and the id", () => {
    expect(variantKey("abc", 480, "jpeg")).toBe("images/abc/480.jpg");
    expect(variantKey("abc", 480, "avif")).toBe("images/abc/480.avif");
    expect(manifestKey("abc")).toBe("images/abc/manifest.json");
  });
});

describe("the manifest", () => {
  test("lists nine variants, a srcset per format and a fallback", () => {
    const manifest = manifestOf(parts);
    const base = `https://images.example/images/${parts.id}`;
    expect(v.is(Manifest, manifest)).toBe(true);
    expect(manifest.variants).toHaveLength(9);
    expect(manifest.variants[1]).toEqual({
      width: 1920,
      height: 1568,
      format: "webp",
      key: `images/${parts.id}/1920.webp`,
      url: `${base}/1920.webp`,
    });
    expect(manifest.srcset.avif).toBe(`${base}/1920.avif 1920w, ${base}/1024.avif 1024w, ${base}/480.avif 480w`);
    expect(manifest.srcset.jpeg).toBe(`${base}/1920.jpg 1920w, ${base}/1024.jpg 1024w, ${base}/480.jpg 480w`);
    expect(manifest.fallback).toBe(`${base}/1024.jpg`);
  });

  test("without AVIF has six variants and no AVIF srcset", () => {
    const manifest = manifestOf({ ...parts, formats: formatsOf(false) });
    expect(v.is(Manifest, manifest)).toBe(true);
    expect(manifest.variants).toHaveLength(6);
    expect(manifest.srcset).not.toHaveProperty("avif");
  });

  test("of a small picture falls back to its only size", () => {
    const original = { ...parts.original, width: 8, height: 8 };
    expect(manifestOf({ ...parts, original }).fallback).toBe(`https://images.example/images/${parts.id}/8.jpg`);
  });
});
