import { describe, expect, test } from "@jest/globals";
import sharp, { type Sharp } from "sharp";
import { planted } from "../test/bytes.ts";
import { colourDistance, quadrants, ssim, type Raster } from "../test/measure.ts";
import { drawing, oriented, photoLike } from "../test/pictures.ts";
import { decode, encode, placeholderOf, readHeader, reduce, type Pixels } from "./sharp-images.ts";
import { sniff } from "./sniff.ts";
import { formatsOf, planSizes, type Format } from "./variants.ts";

const formats = formatsOf(true);

/** Through the whole pipeline: the largest pixels, and every variant decoded again. */
const render = async (bytes: Buffer) => {
  const format = sniff(bytes);
  if (!format) throw new Error("The fixture is no picture");
  const header = await readHeader(bytes, format);
  const pixels = await decode(bytes, header);
  const variants = await Promise.all(formats.map(async (to) => [to, await encode(pixels, to)] as const));
  return { header, pixels, variants: Object.fromEntries(variants) as Record<Format, Buffer> };
};

const raster = async (image: Buffer | Sharp): Promise<Raster> => {
  const opened = Buffer.isBuffer(image) ? sharp(image) : image;
  const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
};

const upright = async (width = 320, height = 200) => quadrants(await raster(drawing(width, height)));
const quadrantsOf = async (bytes: Buffer) => quadrants(await raster(bytes));

/** How far encoding alone may move a quarter's mean. */
const tolerance = { avif: 3, webp: 3, jpeg: 3 } as const;

describe("orientation", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i comes out upright in every format", async (orientation) => {
    const { header, pixels, variants } = await render(await oriented(orientation, 320, 200));
    expect(header).toMatchObject({ width: 320, height: 200, orientation });
    expect(pixels).toMatchObject({ width: 320, height: 200 });
    expect(ssim(pixels, await raster(drawing(320, 200)))).toBeGreaterThan(0.97); // the fixture is a JPEG of quality 95
    for (const format of formats) {
      expect(colourDistance(await quadrantsOf(variants[format]), await upright())).toBeLessThan(tolerance[format]);
    }
  });

  test.each([0, 9, 4711])("%i is ignored", async (orientation) => {
    const { header, pixels } = await render(await oriented(orientation, 320, 200));
    expect(header).toMatchObject({ width: 320, height: 200, orientation: 1 });
    expect(colourDistance(quadrants(pixels), await upright())).toBeLessThan(3);
  });
});

describe("metadata", () => {
  test("none of it is in any variant", async () => {
    const original = await oriented(6);
    for (const text of [planted.exif, planted.xmp, planted.iptc, planted.gps]) {
      expect(original.includes(text)).toBe(true);
    }
    const { variants } = await render(original);
    for (const format of formats) {
      for (const text of [
        planted.exif,
        planted.xmp,
        planted.iptc,
        planted.gps,
        "Exif\0",
        "http://ns.adobe.com",
        "8BIM",
      ]) {
        expect(variants[format].includes(text)).toBe(false);
      }
      const found = await sharp(variants[format]).metadata();
      expect(found.space).toBe("srgb");
      expect([found.exif, found.xmp, found.iptc, found.icc, found.orientation]).toEqual(Array(5).fill(undefined));
    }
  });
});

// Ink cannot show the drawing's saturated corners.
const muted = (): Sharp => drawing(320, 200).modulate({ saturation: 0.3 });

describe("colours become sRGB", () => {
  const kinds: Record<string, () => Sharp> = {
    "Display-P3": () => drawing(320, 200).withIccProfile("p3").png(),
    "Display-P3 with 16 bit": () => drawing(320, 200).toColourspace("rgb16").withIccProfile("p3").png(),
    "sRGB with 16 bit and its profile": () => drawing(320, 200).toColourspace("rgb16").withIccProfile("srgb").png(),
    "16 bit": () => drawing(320, 200).toColourspace("rgb16").png(),
    palette: () => drawing(320, 200).png({ palette: true, colours: 256 }),
    WebP: () => drawing(320, 200).webp({ lossless: true }),
  };
  test.each(Object.keys(kinds))("%s", async (kind) => {
    const { variants, pixels } = await render(await (kinds[kind]?.() ?? drawing(1, 1)).toBuffer());
    expect(colourDistance(quadrants(pixels), await upright(320, 200))).toBeLessThan(3);
    for (const format of formats) {
      expect(colourDistance(await quadrantsOf(variants[format]), quadrants(pixels))).toBeLessThan(tolerance[format]);
    }
  });

  test("CMYK, with its profile and without", async () => {
    const expected = quadrants(await raster(muted()));
    const kinds = [muted().withIccProfile("cmyk"), muted().toColourspace("cmyk")];
    for (const kind of kinds) {
      const bytes = await kind.jpeg({ quality: 100 }).toBuffer();
      expect((await sharp(bytes).metadata()).space).toBe("cmyk");
      const { pixels, variants } = await render(bytes);
      expect(colourDistance(quadrants(pixels), expected)).toBeLessThan(20);
      for (const format of formats) expect((await sharp(variants[format]).metadata()).space).toBe("srgb");
    }
  });

  test("grey stays grey", async () => {
    const { pixels, variants } = await render(await drawing(320, 200).greyscale().png().toBuffer());
    const expected = quadrants(await raster(drawing(320, 200).greyscale()));
    expect(colourDistance(quadrants(pixels), expected)).toBeLessThan(2);
    for (const format of formats) expect(colourDistance(await quadrantsOf(variants[format]), expected)).toBeLessThan(4);
  });
});

describe("transparency", () => {
  test.each([
    ["RGBA", false],
    ["grey with alpha", true],
  ])("%s: kept by WebP and AVIF, white in JPEG", async (_kind, grey) => {
    const data = Buffer.alloc(200 * 100 * (grey ? 2 : 4));
    const channels = grey ? 2 : 4;
    for (let at = 0; at < 200 * 100; at++) {
      if (at % 200 < 100) data.fill(255, at * channels + channels - 1, (at + 1) * channels); // black, opaque
    }
    const { variants } = await render(
      await sharp(data, { raw: { width: 200, height: 100, channels } })
        .png()
        .toBuffer(),
    );
    for (const format of ["webp", "avif"] as const) {
      const [, , , alpha] = await alphaAt(variants[format], 150);
      expect(alpha).toBeLessThan(3);
      expect((await alphaAt(variants[format], 50))[3]).toBe(255);
    }
    const white = await alphaAt(variants.jpeg, 150);
    expect(Math.min(...white.slice(0, 3))).toBeGreaterThan(250);
    expect(Math.max(...(await alphaAt(variants.jpeg, 50)).slice(0, 3))).toBeLessThan(5);
  });
});

/** The pixel in the middle row. */
const alphaAt = async (bytes: Buffer, x: number): Promise<number[]> => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + x) * info.channels;
  return [...data.subarray(at, at + 4)];
};

describe("quality", () => {
  test("every width before encoding is like a direct resize of the original: SSIM of .995 and more", async () => {
    const bytes = await photoLike(2400, 1600);
    const header = await readHeader(bytes, "jpeg");
    const largest: Pixels = await decode(bytes, header);
    // Decoded in full: a JPEG that is reduced while it is read is itself less exact (.98 at 480).
    const whole = await sharp(bytes).raw().toBuffer();
    for (const size of planSizes(header)) {
      const original = sharp(whole, { raw: { width: 2400, height: 1600, channels: 3 } });
      const direct = await raster(original.resize(size.width, size.height, { fit: "fill" }));
      expect(ssim(await reduce(largest, size), direct)).toBeGreaterThan(0.995);
    }
  });
});

describe("what cannot be decoded", () => {
  test.each(formatsOf(true))("a truncated %s is a damaged image", async (format) => {
    const whole = await drawing(320, 200).toFormat(format).toBuffer();
    await expect(render(whole.subarray(0, whole.length * 0.6))).rejects.toMatchObject({ code: "damaged-image" });
  });

  test("a header alone is a damaged image", async () => {
    const png = await drawing(64, 40).png().toBuffer();
    await expect(render(png.subarray(0, 20))).rejects.toMatchObject({ code: "damaged-image" });
  });

  test("loaders that are not needed are out of reach", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
    await expect(readHeader(svg, "png")).rejects.toMatchObject({ code: "damaged-image" });
  });
});

describe("small and strange pictures", () => {
  test.each([
    [1, 1],
    [8000, 10],
    [10, 8000],
    [2, 700],
  ])("%i x %i", async (width, height) => {
    const bytes = await drawing(width, height).png().toBuffer();
    const { pixels, variants } = await render(bytes);
    const [size] = planSizes({ width, height });
    expect(pixels).toMatchObject(size);
    expect(await sharp(variants.avif).metadata()).toMatchObject(size);
    expect((await placeholderOf(pixels)).thumbHash.length).toBeGreaterThan(5);
  });

  test("an animation is its first frame", async () => {
    const frames = await Promise.all(
      [1, 2, 3].map(async (n) =>
        drawing(80, 80)
          .modulate({ hue: n * 90 })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } } as never)
      .gif()
      .toBuffer();
    const { header, pixels } = await render(gif);
    expect(header).toMatchObject({ width: 80, height: 80, frames: 3, animated: false });
    expect(pixels).toMatchObject({ width: 80, height: 80 });
  });
});

describe("the placeholder", () => {
  test("has the average colour and a ThumbHash of about 25 bytes", async () => {
    const { pixels } = await render(await drawing(320, 200).png().toBuffer());
    const { thumbHash, averageColour } = await placeholderOf(pixels);
    expect(Buffer.from(thumbHash, "base64").length).toBeLessThan(30);
    const means = quadrants(pixels);
    const mean = [0, 1, 2].map((c) => means.reduce((sum, colour) => sum + (colour[c] ?? 0) / 4, 0));
    const found = [...Buffer.from(averageColour.slice(1), "hex")];
    expect(colourDistance([found], [mean])).toBeLessThan(8);
  });
});
