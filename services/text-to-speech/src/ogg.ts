// How long an Ogg Vorbis stream is: https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-132000A
import type { Mp3Frames } from "./mp3-join.ts";

const PAGE = Buffer.from("OggS");
const GRANULE_OFFSET = 6; // of a page, little-endian: samples up to its end
const IDENTIFICATION = Buffer.from("\u0001vorbis");
const RATE_OFFSET = 12; // behind the start of the identification header: version, channels, then the rate

/** A stream as one part of frames of one sample each; none when it is no Ogg Vorbis stream. */
export const readOgg = (bytes: Uint8Array): Mp3Frames => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = buffer.indexOf(IDENTIFICATION);
  const page = buffer.lastIndexOf(PAGE);
  const isWhole = header + RATE_OFFSET + 4 <= buffer.length && page + GRANULE_OFFSET + 8 <= buffer.length;
  const isOgg = header >= 0 && page >= 0 && isWhole;
  const frames = isOgg ? Math.max(0, Number(buffer.readBigInt64LE(page + GRANULE_OFFSET))) : 0;
  const sampleRate = (isOgg && buffer.readUInt32LE(header + RATE_OFFSET)) || 1;
  return { bare: bytes, frames, bytes: bytes.length, samplesPerFrame: 1, sampleRate };
};
