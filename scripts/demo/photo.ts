// A picture as a phone makes it: 12 megapixels, lying on its side, with the EXIF orientation that says so.
import sharp from "sharp";

// As stored; shown upright the sides swap, and what is "right" here is the bottom.
const WIDTH = 4032;
const HEIGHT = 3024;

type Colour = readonly [number, number, number];

const SUN: Colour = [255, 233, 176];
const HILL: Colour = [44, 74, 58];
const MEADOW: Colour = [22, 40, 31];

/** Dusk from blue to orange, a sun, a hill and a meadow. */
const colourAt = (x: number, y: number): Colour => {
  const meadow = 3250 + 90 * Math.sin(y / 410);
  const hill = 2600 + 240 * Math.sin(y / 330) + 60 * Math.sin(y / 47);
  if (x > meadow) return MEADOW;
  if (x > hill) return HILL;
  if ((x - 1500) ** 2 + (y - 1000) ** 2 < 330 ** 2) return SUN;
  const down = x / 2600;
  return [29 + 213 * down, 63 + 103 * down, 114 - 24 * down];
};

/** Noise as of a small sensor, so that encoders have something to do; the same in every run (Numerical Recipes' LCG). */
const pixels = (): Uint8ClampedArray => {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 3);
  let random = 7;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      const grain = (random >> 27) * 0.6;
      const [red, green, blue] = colourAt(x, y);
      data[at++] = red + grain;
      data[at++] = green + grain;
      data[at++] = blue + grain;
    }
  }
  return data;
};

/** A JPEG of 4032 × 3024 pixels with EXIF orientation 6: shown upright it is 3024 × 4032. */
export const generatePhoto = async (): Promise<Buffer> =>
  sharp(pixels(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 88 })
    .toBuffer();
