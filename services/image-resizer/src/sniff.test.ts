import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { drawing } from "../test/pictures.ts";
import { sniff } from "./sniff.ts";

const ftyp = (...brands: readonly string[]): Buffer => Buffer.from(`\0\0\0\x20ftyp${brands.join("")}`, "latin1");

describe("sniff", () => {
  test.each(["jpeg", "png", "gif", "webp", "avif"] as const)("knows %s by its first bytes", async (format) => {
    const bytes = await drawing(16, 16).toFormat(format).toBuffer();
    expect(sniff(bytes)).toBe(format);
    expect(sniff(bytes.subarray(0, 32))).toBe(format);
  });

  test.each([
    ["HEIC", ftyp("heic", "\0\0\0\0", "mif1", "heic")],
    ["a video", ftyp("isom", "\0\0\x02\0", "isom", "avc1")],
    ["SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["TIFF", Buffer.from("II*\0\x08\0\0\0", "latin1")],
    ["PDF", Buffer.from("%PDF-1.7")],
    ["BMP", Buffer.from("BM\x36\0\0\0", "latin1")],
    ["JPEG XL", Buffer.from([0xff, 0x0a])],
    ["JPEG 2000", Buffer.from("\0\0\0\x0cjP  \r\n\x87\n", "latin1")],
    ["a WAV file", Buffer.from("RIFF\x24\0\0\0WAVEfmt ", "latin1")],
    ["nothing", Buffer.alloc(0)],
  ])("does not know %s", (_name, bytes) => {
    expect(sniff(bytes)).toBeUndefined();
  });

  test("an AVIF whose major brand is mif1 is an AVIF, wherever its brand stands", () => {
    expect(sniff(ftyp("mif1", "\0\0\0\0", "mif1", "avif"))).toBe("avif");
    expect(sniff(ftyp("mif1", "\0\0\0\0", "mif1", "heic"))).toBeUndefined();
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(["jpeg", "png", "gif", "webp", "avif", undefined]).toContain(sniff(bytes));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
