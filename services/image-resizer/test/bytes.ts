// Files that no encoder would write: built byte by byte.
import { crc32, deflateSync } from "node:zlib";

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** A PNG that claims a size and holds next to nothing. Colour types: 0 grey, 2 RGB, 6 RGBA. */
export const pngBomb = (width: number, height: number, { colour = 6, depth = 8, interlaced = true } = {}): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(1))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
};

/** A GIF of many large frames, 20 bytes each. */
export const gifBomb = (width: number, height: number, frames: number): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const head = Buffer.concat([Buffer.from("GIF89a"), size, Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255])]);
  const frame = Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0]),
    size,
    Buffer.from([0, 2, 2, 0x44, 1, 0]),
  ]);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
};

/** What is planted into pictures and must not come out again. */
export const planted = {
  exif: "planted-exif-camera",
  xmp: "planted-xmp-author",
  iptc: "planted-iptc-caption",
  /** 48 deg 51' 29.6": the bytes of the three rationals. */
  gps: Buffer.from("00000030000000010000003300000001000001280000000a", "hex"),
};

const entry = (tag: number, type: number, count: number, value: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(tag, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt32BE(count, 4);
  if (type === 3) bytes.writeUInt16BE(value, 8);
  else bytes.writeUInt32BE(value, 8);
  return bytes;
};

const directory = (...entries: readonly Buffer[]): Buffer => {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(entries.length);
  return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
};

/** EXIF: orientation, a camera's name, and a GPS position. */
const exif = (orientation: number): Buffer => {
  const camera = Buffer.from(`${planted.exif}\0`);
  const gpsAt = 8 + 2 + 3 * 12 + 4;
  const cameraAt = gpsAt + 2 + 2 * 12 + 4;
  const main = directory(
    entry(0x010f, 2, camera.length, cameraAt),
    entry(0x0112, 3, 1, orientation),
    entry(0x8825, 4, 1, gpsAt),
  );
  const north = entry(1, 2, 2, 0x4e000000);
  const gps = directory(north, entry(2, 5, 3, cameraAt + camera.length));
  const tiff = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  return Buffer.concat([Buffer.from("Exif\0\0"), tiff, main, gps, camera, planted.gps]);
};

const iptc = (): Buffer => {
  const caption = Buffer.concat([Buffer.from([0x1c, 2, 120, 0, planted.iptc.length]), Buffer.from(planted.iptc)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(caption.length);
  return Buffer.concat([Buffer.from("Photoshop 3.0\x008BIM\x04\x04\0\0", "latin1"), length, caption, Buffer.alloc(1)]);
};

const segment = (marker: number, data: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
};

/** The same JPEG with EXIF, XMP and IPTC after its first marker; any number may stand as orientation. */
export const withMetadata = (jpeg: Buffer, orientation: number): Buffer => {
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">${planted.xmp}</x:xmpmeta>`;
  const parts = [segment(0xe1, exif(orientation)), segment(0xe1, Buffer.from(xmp)), segment(0xed, iptc())];
  return Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
};
