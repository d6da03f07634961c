// Pictures through libvips. The only file that imports sharp; what it reads is always a Buffer, never a path.
import sharp, { type Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { MAX_PIXELS } from "./limits.ts";
import { reject } from "./rejections.ts";
import { planSizes, type Format, type Original, type Size } from "./variants.ts";

// What is not named here cannot be reached, whatever the bytes say: SVG above all, which reads neighbouring files.
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif"];
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: LOADERS.map((loader) => `VipsForeignLoad${loader}`) });
sharp.cache(false);
sharp.concurrency(1);

/** What the header tells, and what the limits need to know. */
export interface Header extends Original {
  readonly channels: number;
  readonly sampleBytes: number;
  readonly interlaced: boolean;
  /** Of a JPEG, such as `4:2:0`; else empty. */
  readonly subsampling: string;
  readonly hasProfile: boolean;
}

/** Decoded pixels: upright, sRGB, 8 bit, with or without alpha. */
export interface Pixels extends Size {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

const damaged = (cause: unknown): never => {
  throw reject("damaged-image", "The picture cannot be decoded", { cause });
};

/** Reads the header alone. No limit by sharp here: `checkHeader` counts frames and memory as well. */
export const readHeader = async (bytes: Buffer, format: Original["format"]): Promise<Header> => {
  const found = await sharp(bytes, { limitInputPixels: false }).metadata().catch(damaged);
  const { pages = 1, orientation = 1, autoOrient, channels, isProgressive, chromaSubsampling = "", hasProfile } = found;
  return {
    ...autoOrient,
    format,
    frames: pages,
    animated: false,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    channels,
    sampleBytes: found.depth === "uchar" ? 1 : 2,
    interlaced: isProgressive,
    subsampling: chromaSubsampling,
    hasProfile,
  };
};

const toPixels = async (image: Sharp): Promise<Pixels> => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
};

const fromPixels = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: MAX_PIXELS });

/** Decodes once: first frame, upright, sRGB by the embedded profile, reduced to the largest variant while it is read. */
export const decode = async (bytes: Buffer, header: Header): Promise<Pixels> => {
  const [{ width, height }] = planSizes(header);
  const read = sharp(bytes, { failOn: "error", limitInputPixels: MAX_PIXELS }).autoOrient();
  const image = read.resize(width, height, { fit: "fill" }).toColourspace("srgb");
  // sharp takes 16 bit with a profile to Display-P3 and leaves it there: colours would be pale.
  const isDeep = header.hasProfile && header.sampleBytes === 2 && header.channels > 2;
  return toPixels(isDeep ? image.withIccProfile("srgb") : image).catch(damaged);
};

/** Smaller pixels from pixels: as good as from the original (SSIM over .998), without a second decode. */
export const reduce = async (pixels: Pixels, { width, height }: Size): Promise<Pixels> =>
  width === pixels.width ? pixels : toPixels(fromPixels(pixels).resize(width, height, { fit: "fill" }));

/** The bytes of one variant. They carry no metadata and no profile, because raw pixels have none. */
export const encode = async (pixels: Pixels, format: Format): Promise<Buffer> => {
  const image = fromPixels(pixels);
  switch (format) {
    case "jpeg": // mozjpeg: 22 % smaller for 8 times the CPU
      return image.flatten({ background: "#ffffff" }).jpeg({ quality: 80, mozjpeg: false }).toBuffer();
    case "webp": // the default effort 4: 4 % smaller for 2.5 times the CPU
      return image.webp({ quality: 80, effort: 2 }).toBuffer();
    case "avif": // the default effort 4 takes 4 to 6 s for a photo
      return image.avif({ quality: 55, effort: 0, chromaSubsampling: "4:2:0" }).toBuffer();
    default:
      return format satisfies never;
  }
};

/** What a page shows before the picture is there, from a copy of at most 100 x 100 pixels. */
export const placeholderOf = async (pixels: Pixels): Promise<{ thumbHash: string; averageColour: string }> => {
  const inner = fromPixels(pixels).resize(100, 100, { fit: "inside" }).toColourspace("srgb").ensureAlpha();
  const copy = await toPixels(inner);
  const pixel = await toPixels(fromPixels(copy).resize(1, 1, { fit: "fill" }).removeAlpha());
  const thumbHash = Buffer.from(rgbaToThumbHash(copy.width, copy.height, copy.data)).toString("base64");
  return { thumbHash, averageColour: `#${pixel.data.toString("hex")}` };
};
