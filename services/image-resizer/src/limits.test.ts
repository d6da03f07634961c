import { describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { gifBomb, pngBomb } from "../test/bytes.ts";
import { checkBytes, checkHeader } from "./limits.ts";
import { readHeader, type Header } from "./sharp-images.ts";
import { sniff } from "./sniff.ts";

const header = (given: Partial<Header>): Header => ({
  width: 4000,
  height: 3000,
  format: "jpeg",
  frames: 1,
  animated: false,
  orientation: 1,
  channels: 3,
  sampleBytes: 1,
  interlaced: false,
  subsampling: "",
  hasProfile: false,
  ...given,
});

const verdict = (given: Partial<Header>): string => {
  try {
    checkHeader(header(given));
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code; // an AppError, or the test fails anyway
  }
};

describe("the size in bytes", () => {
  test.each([
    [0, "empty-file"],
    [25 * 1024 * 1024 + 1, "too-large"],
  ])("%i bytes are %s", (sizeBytes, code) => {
    expect(() => checkBytes(sizeBytes)).toThrow(expect.objectContaining({ code }));
  });

  test.each([1, 25 * 1024 * 1024])("%i bytes are accepted", (sizeBytes) => {
    expect(() => checkBytes(sizeBytes)).not.toThrow();
  });
});

describe("pixels", () => {
  test.each<[string, Partial<Header>, string]>([
    ["100 MP", { width: 10_000, height: 10_000 }, "accepted"],
    ["one pixel row more", { width: 10_000, height: 10_001 }, "too-many-pixels"],
    ["60 frames of 4 MP", { width: 2000, height: 2000, frames: 60, format: "gif" }, "too-many-pixels"],
    ["a side of 100,000", { width: 100_000, height: 1000, format: "png" }, "accepted"],
    ["a side of 65,500 in a JPEG", { width: 65_500, height: 1526 }, "accepted"],
  ])("%s", (_name, given, expected) => {
    expect(verdict(given)).toBe(expected);
  });
});

describe("memory that a decoder would hold", () => {
  test.each<[string, Partial<Header>, string]>([
    [
      "progressive JPEG, 100 MP, 4:2:0",
      { width: 10_000, height: 10_000, interlaced: true, subsampling: "4:2:0" },
      "accepted",
    ],
    [
      "progressive JPEG, 60 MP, 4:4:4",
      { width: 10_000, height: 6000, interlaced: true, subsampling: "4:4:4" },
      "too-many-pixels",
    ],
    ["progressive JPEG, 40 MP, CMYK", { width: 8000, height: 5000, interlaced: true, channels: 4 }, "too-many-pixels"],
    [
      "interlaced PNG, 100 MP, grey",
      { format: "png", width: 10_000, height: 10_000, interlaced: true, channels: 1 },
      "accepted",
    ],
    [
      "interlaced PNG, 100 MP, RGBA",
      { format: "png", width: 10_000, height: 10_000, interlaced: true, channels: 4 },
      "too-many-pixels",
    ],
    [
      "plain PNG, 100 MP, RGBA with 16 bit",
      { format: "png", width: 10_000, height: 10_000, channels: 4, sampleBytes: 2 },
      "accepted",
    ],
    ["PNG of 1,000,000 x 100", { format: "png", width: 1_000_000, height: 100 }, "too-many-pixels"],
    ["PNG of 100 x 1,000,000", { format: "png", width: 100, height: 1_000_000 }, "accepted"],
    ["AVIF of 12 MP", { format: "avif" }, "accepted"],
    ["AVIF of 100 MP", { format: "avif", width: 10_000, height: 10_000 }, "too-many-pixels"],
    ["GIF of 75 MP", { format: "gif", width: 7500, height: 10_000 }, "too-many-pixels"],
    ["WebP of 100 MP", { format: "webp", width: 10_000, height: 10_000 }, "accepted"],
  ])("%s", (_name, given, expected) => {
    expect(verdict(given)).toBe(expected);
  });
});

describe("header bombs", () => {
  test.each<[string, Buffer]>([
    ["PNG of 100,000 x 100,000", pngBomb(100_000, 100_000)],
    ["GIF of 60 frames of 4 MP", gifBomb(2000, 2000, 60)],
    ["interlaced PNG of 10,000 x 10,000", pngBomb(10_000, 10_000)],
    ["PNG of 1,000,000 x 100", pngBomb(1_000_000, 100, { interlaced: false })],
  ])("%s is refused by its header", async (_name, bytes) => {
    expect(bytes.length).toBeLessThan(3000);
    const found = await readHeader(bytes, sniff(bytes) ?? "jpeg");
    expect(() => checkHeader(found)).toThrow(expect.objectContaining({ code: "too-many-pixels" }));
  });
});

describe("the header tells what the limits need", () => {
  const grey = { create: { width: 64, height: 32, channels: 3 as const, background: "#808080" } };

  test("progressive JPEG", async () => {
    const found = await readHeader(await sharp(grey).jpeg({ progressive: true }).toBuffer(), "jpeg");
    expect(found).toMatchObject({ interlaced: true, subsampling: "4:2:0", channels: 3, sampleBytes: 1 });
  });

  test("interlaced PNG of 16 bit with alpha", async () => {
    const bytes = await sharp(grey).ensureAlpha().toColourspace("rgb16").png({ progressive: true }).toBuffer();
    expect(await readHeader(bytes, "png")).toMatchObject({ interlaced: true, channels: 4, sampleBytes: 2 });
  });
});
