// What a picture may ask of us, decided from its size and its header before a pixel is decoded.
import { reject } from "./rejections.ts";
import type { Header } from "./sharp-images.ts";

export const MAX_BYTES = 25 * 1024 * 1024;
export const MAX_PIXELS = 100_000_000;
/** Together with Node, sharp and the file itself this keeps a run below 400 MB. */
const MAX_HELD_BYTES = 300_000_000;

/**
 * Bytes for each pixel of the whole picture, where it cannot be read row by row. Progressive JPEG: all coefficients, two
 * bytes each. GIF: a canvas and its copy. AVIF: the planes, their upsampled copies and the RGB picture (100 MP in a file
 * of 2 KB took 1.8 GB). WebP shrinks as it reads.
 */
const wholeBytes = ({ format, interlaced, channels, sampleBytes, subsampling }: Header): number => {
  if (format === "avif") return 18 * sampleBytes;
  if (format === "gif") return 5;
  if (!interlaced) return 0;
  return format === "jpeg" ? 2 * (subsampling === "4:2:0" ? 1.5 : channels) : channels * sampleBytes;
};

/**
 * Bytes of the rows in work at once, where the loader cannot shrink: a 1,000,000 x 100 PNG took 2.9 GB. Fitted to
 * libvips 8.18.7 at widths of 10,000 to 1,000,000; alpha and 16 bit are converted on the way.
 */
const rowBytes = ({ format, width, height, channels, sampleBytes }: Header): number => {
  if (format === "jpeg" || format === "webp") return 0;
  const conversion = (channels % 2 === 0 ? 1.5 : 1) * (sampleBytes === 2 ? 1.25 : 1);
  return width * channels * sampleBytes * Math.min(850, height + 200) * conversion;
};

export const checkBytes = (sizeBytes: number): void => {
  if (sizeBytes === 0) throw reject("empty-file", "The file is empty");
  if (sizeBytes > MAX_BYTES) throw reject("too-large", `${sizeBytes} bytes, ${MAX_BYTES} are allowed`);
};

export const checkHeader = (header: Header): void => {
  const { width, height, frames, format, interlaced } = header;
  const what = `${width} x ${height} x ${frames} frames of ${interlaced ? "interlaced or progressive " : ""}${format}`;
  if (width * height * frames > MAX_PIXELS) {
    throw reject("too-many-pixels", `${what}: ${MAX_PIXELS} pixels are allowed`);
  }
  const heldBytes = Math.ceil(width * height * wholeBytes(header) + rowBytes(header));
  if (heldBytes > MAX_HELD_BYTES) {
    throw reject("too-many-pixels", `${what} would hold ${heldBytes} bytes, ${MAX_HELD_BYTES} are allowed`);
  }
};
