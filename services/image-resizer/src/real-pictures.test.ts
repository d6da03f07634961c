import { describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { colourDistance, quadrants, ssim } from "../test/measure.ts";
import { foreignPictures as folder } from "../test/pictures.ts";
import { checkHeader } from "./limits.ts";
import { decode, encode, readHeader, reduce, type Header } from "./sharp-images.ts";
import { sniff } from "./sniff.ts";
import { formatsOf, planSizes } from "./variants.ts";

interface Expected {
  readonly stored: readonly [number, number];
  readonly frames: number;
  readonly orientation: number;
  readonly displayed: readonly [number, number];
  readonly variants: readonly (readonly [number, number])[];
  readonly quadrantsSrgb?: readonly (readonly number[])[];
  readonly expect?: string;
}

const table = join(folder, "expected.json");
const expected = existsSync(table) ? (JSON.parse(readFileSync(table, "utf8")) as Record<string, Expected>) : {}; // its README has the format
const pictures = Object.entries(expected).filter(([, { expect: code }]) => code === undefined);

const open = async (name: string): Promise<[Buffer, Header]> => {
  const bytes = readFileSync(join(folder, name));
  return [bytes, await readHeader(bytes, sniff(bytes) ?? "jpeg")];
};

const when = pictures.length > 0 ? describe : describe.skip;
// Ordinary runs have it of a picture that is drawn, in sharp-images.test.ts.
const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

when(`real pictures${pictures.length > 0 ? "" : `: skipped, ${folder} is absent`}`, () => {
  test.each(pictures)("%s has the expected sizes and colours", async (name, picture) => {
    const [bytes, header] = await open(name);
    const [width, height] = picture.displayed;
    expect(header).toMatchObject({ width, height, frames: picture.frames, orientation: picture.orientation });
    const sizes = planSizes(header);
    expect(sizes.map((size) => size.width)).toEqual(picture.variants.map(([planned]) => planned));
    sizes.forEach((size, at) => {
      expect(Math.abs(size.height - (picture.variants[at]?.[1] ?? 0))).toBeLessThanOrEqual(1);
    });
    const pixels = await decode(bytes, header);
    if (!picture.quadrantsSrgb) return;
    expect(colourDistance(quadrants(pixels), picture.quadrantsSrgb)).toBeLessThanOrEqual(2);
    for (const format of formatsOf(true)) {
      const { data, info } = await sharp(await encode(pixels, format))
        .raw()
        .toBuffer({ resolveWithObject: true });
      const distance = colourDistance(quadrants({ data, ...info }), picture.quadrantsSrgb);
      expect(distance).toBeLessThanOrEqual(format === "jpeg" ? 4 : 3);
    }
  });

  test("orientation-3 and orientation-6 come out alike", async () => {
    const [three, six] = [await open("orientation-3.jpg"), await open("orientation-6.jpg")];
    const [a, b] = [await decode(...three), await decode(...six)];
    expect(colourDistance(quadrants(a), quadrants(b))).toBeLessThanOrEqual(2);
    expect(ssim(a, b)).toBeGreaterThan(0.9); // two exports of one photograph
  });

  inFullRuns("reduced", () => {
    test("every width of the photograph is like a direct resize: SSIM of .995 and more", async () => {
      const [bytes, header] = await open("photo-6mp.jpg");
      const largest = await decode(bytes, header);
      const whole = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      for (const size of planSizes(header)) {
        const { width, height, channels } = whole.info;
        const original = sharp(whole.data, { raw: { width, height, channels } });
        const direct = await original.resize(size.width, size.height, { fit: "fill" }).raw().toBuffer();
        expect(ssim(await reduce(largest, size), { data: direct, ...size, channels })).toBeGreaterThan(0.995);
      }
    });
  });

  test("the hostile picture is refused by its header", async () => {
    const [, header] = await open("hostile-100000x100000.png");
    expect(() => checkHeader(header)).toThrow(expect.objectContaining({ code: "too-many-pixels" }));
  });
});
