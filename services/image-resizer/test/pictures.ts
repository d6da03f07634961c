// Pictures for tests, drawn here: text-free shapes on a gradient, so that every turn, flip and colour fault shows.
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { withMetadata } from "./bytes.ts";

/** Photographs that are not part of this repository: WARMSTART_DATA names the folder that holds images/. */
export const foreignPictures: string = join(process.env["WARMSTART_DATA"] ?? "no-data", "images");

/** Upper left, upper right, lower left, lower right. */
const corners = [
  [220, 40, 40],
  [40, 180, 60],
  [40, 60, 210],
  [230, 200, 40],
] as const;

const drawn = new Map<string, Buffer>();

const draw = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(width * height * 3);
  const { min, round } = Math; // global look-ups are slow inside of jest
  const shortest = min(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = corners[((x * 2 < width ? 0 : 1) + (y * 2 < height ? 0 : 2)) as 0 | 1 | 2 | 3];
      const isBar = x > width * 0.1 && x < width * 0.4 && y > height * 0.1 && y < height * 0.2;
      const shade = 1 - (0.6 * min(x, y, width - 1 - x, height - 1 - y)) / shortest;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = isBar ? 255 : round((corner[channel] ?? 0) * shade);
    }
  }
  return data;
};

/** Four coloured quarters that darken towards the middle, with a white bar in the upper left one. */
export const drawing = (width: number, height: number): Sharp => {
  const name = `${width}x${height}`;
  const data = drawn.get(name) ?? draw(width, height);
  drawn.set(name, data);
  return sharp(data, { raw: { width, height, channels: 3 } });
};

/** What an upright picture looks like when a camera stored it with this EXIF orientation: turned the other way round. */
const stored = (upright: Sharp, orientation: number): Sharp => {
  const turns: Record<number, (image: Sharp) => Sharp> = {
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(90).flip(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(270).flip(),
    8: (image) => image.rotate(90),
  };
  return turns[orientation]?.(upright) ?? upright;
};

/** A JPEG that shows upright only when its orientation is applied; with planted EXIF, GPS, XMP and IPTC. */
export const oriented = async (orientation: number, width = 320, height = 200): Promise<Buffer> =>
  withMetadata(await stored(drawing(width, height), orientation).jpeg({ quality: 95 }).toBuffer(), orientation);

/** A 12 MP picture with the detail of a photo: shapes, gradient and fine noise that does not repeat. */
export const photoLike = async (width = 4000, height = 3000): Promise<Buffer> => {
  const data = Buffer.alloc(width * height * 3);
  const { sin } = Math;
  let seed = 12345;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 60 * sin(x / 97 + y / 61) + 40 * sin(x / 23 - y / 31) + 20 * sin((x * y) / 40_000);
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      const grain = ((seed >> 16) & 31) - 16;
      data[at++] = 120 + wave + grain;
      data[at++] = 110 + wave * 0.8 + grain;
      data[at++] = 90 - wave * 0.5 + grain;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
};
