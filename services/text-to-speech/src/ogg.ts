// How long an Ogg Vorbis stream is: https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-132000A

const PAGE = Buffer.from("OggS");
const GRANULE_OFFSET = 6; // of a page, little-endian: samples up to its end
const IDENTIFICATION = Buffer.from("\u0001vorbis");
const RATE_OFFSET = 12; // behind the start of the identification header: version, channels, then the rate

/** Samples per channel; none when it is no Ogg Vorbis stream. */
export const readOgg = (bytes: Uint8Array): { readonly samples: number; readonly sampleRate: number } => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = buffer.indexOf(IDENTIFICATION);
  const page = buffer.lastIndexOf(PAGE);
  const isWhole = header + RATE_OFFSET + 4 <= buffer.length && page + GRANULE_OFFSET + 8 <= buffer.length;
  if (header < 0 || page < 0 || !isWhole) return { samples: 0, sampleRate: 1 };
  const samples = Number(buffer.readBigInt64LE(page + GRANULE_OFFSET));
  return { samples: Math.max(0, samples), sampleRate: buffer.readUInt32LE(header + RATE_OFFSET) || 1 };
};
