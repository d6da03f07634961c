// MP3 parts as one file: bare frames behind one header that tells the length of all and where to seek.

/** Bytes that hold no frame of MPEG layer III, or parts that cannot stand in one file. */
export class NotMp3 extends Error {
  override readonly name = "NotMp3";
}

/** One part as the joiner knows it: its frames need not be in memory. */
export interface Mp3Part {
  readonly frames: number;
  readonly bytes: number;
  readonly samplesPerFrame: number;
  readonly sampleRate: number;
  /** 1 when it is not told: Polly speaks in mono. */
  readonly channels?: 1 | 2 | undefined;
  /** Where each frame starts; needed for parts of variable bit rate alone. */
  readonly offsets?: readonly number[] | undefined;
}

export interface Mp3Frames extends Mp3Part {
  /** Frame behind frame: no tags, no header. */
  readonly bare: Uint8Array;
}

// ISO 11172-3 and 13818-3, layer III; in kbit/s by the header's index, MPEG 1 and then 2 and 2.5. 0 is free format.
const BIT_RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
const SAMPLE_RATES = [44_100, 48_000, 32_000];
const MPEG_1 = 3;
const MONO = 3;
const HEADER_BYTES = 4;

/** The rate of MPEG 1 is halved by 2 (version bits 2) and halved again by 2.5 (0). */
const rateOf = (version: number, index: number): number =>
  (SAMPLE_RATES[index] ?? 0) / (version === MPEG_1 ? 1 : version === 2 ? 2 : 4);

const lengthOf = (version: number, kbps: number, rate: number): number =>
  Math.floor(((version === MPEG_1 ? 144_000 : 72_000) * kbps) / rate);

const sideInfoOf = (version: number, channels: number): number =>
  version === MPEG_1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;

/** `kind` is what all frames of a file have in common: version, sample rate, one channel or two. */
const readHeader = (bytes: Uint8Array, at: number): { kind: number; length: number } | undefined => {
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  const version = (second >> 3) & 3;
  const rateIndex = (third >> 2) & 3;
  const kbps = BIT_RATES[version === MPEG_1 ? 0 : 1][third >> 4];
  const isLayer3 = bytes[at] === 0xff && second >> 5 === 7 && ((second >> 1) & 3) === 1;
  if (!isLayer3 || version === 1 || rateIndex === 3 || !kbps) return undefined;
  const isMono = (bytes[at + 3] ?? 0) >> 6 === MONO ? 1 : 0;
  const length = lengthOf(version, kbps, rateOf(version, rateIndex)) + ((third >> 1) & 1);
  return { kind: (version << 4) | (rateIndex << 2) | isMono, length };
};

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCodePoint(...bytes.subarray(at, at + length));

/** Behind all ID3v2 tags: https://id3.org/id3v2.4.0-structure */
const skipTags = (bytes: Uint8Array): number => {
  let at = 0;
  while (ascii(bytes, at, 3) === "ID3" && at + 10 <= bytes.length) {
    at += 10 + bytes.subarray(at + 6, at + 10).reduce((sum, byte) => (sum << 7) | (byte & 127), 0);
  }
  return at;
};

/** A first frame that tells of the others and has no sound. */
const isInfo = (bytes: Uint8Array, at: number, { kind }: { kind: number }): boolean => {
  const side = HEADER_BYTES + sideInfoOf(kind >> 4, kind & 1 ? 1 : 2);
  return /^(?:Xing|Info)$/.test(ascii(bytes, at + side, 4)) || ascii(bytes, at + HEADER_BYTES + 32, 4) === "VBRI";
};

/** Throws NotMp3. Garbage between frames is passed over; so are frames of another kind than the first. */
export const readFrames = (bytes: Uint8Array): Mp3Frames => {
  const end = ascii(bytes, bytes.length - 128, 3) === "TAG" ? bytes.length - 128 : bytes.length; // ID3v1
  const frames: Uint8Array[] = [];
  const offsets: number[] = [];
  let kind: number | undefined;
  let isInSync = false;
  for (let at = skipTags(bytes), size = 0; at + HEADER_BYTES <= end;) {
    const header = readHeader(bytes, at);
    const next = at + (header?.length ?? 1);
    const isFrame = header !== undefined && next <= end && (kind ?? header.kind) === header.kind;
    isInSync = isFrame && (isInSync || next === end || readHeader(bytes, next)?.kind === header.kind);
    if (isInSync && header && (kind !== undefined || !isInfo(bytes, at, header))) {
      frames.push(bytes.subarray(at, next));
      offsets.push(size);
      size += header.length;
    }
    if (isInSync) kind ??= header?.kind;
    at = isInSync ? next : at + 1;
  }
  if (kind === undefined || frames.length === 0) throw new NotMp3(`No MP3 frame in ${bytes.length} bytes`);
  const bare = Buffer.concat(frames);
  return {
    bare,
    frames: frames.length,
    bytes: bare.length,
    samplesPerFrame: kind >> 4 === MPEG_1 ? 1152 : 576,
    sampleRate: rateOf(kind >> 4, (kind >> 2) & 3),
    channels: kind & 1 ? 1 : 2,
    offsets,
  };
};

/** Exact, not rounded. */
export const durationMs = (parts: readonly Mp3Part[]): number =>
  parts.reduce((sum, part) => sum + (part.frames * part.samplesPerFrame * 1000) / part.sampleRate, 0);

const TOC_ENTRIES = 100;
/** Xing, flags, frames, bytes, table of contents, quality. */
const XING_BYTES = 16 + TOC_ENTRIES + 4;

/** Where a frame of all parts starts. */
const positionOf = (parts: readonly Mp3Part[], frame: number): number => {
  let bytes = 0;
  for (const part of parts) {
    if (frame < part.frames) return bytes + (part.offsets?.[frame] ?? (frame / part.frames) * part.bytes);
    frame -= part.frames;
    bytes += part.bytes;
  }
  return bytes;
};

/** The frame in front of a joined file. Throws NotMp3 when the parts are not of one kind. */
export const infoFrame = (parts: readonly Mp3Part[]): Uint8Array => {
  const [{ sampleRate, samplesPerFrame, channels = 1 } = { sampleRate: 0, samplesPerFrame: 0 }] = parts;
  const version = [MPEG_1, 2, 0].find((version) =>
    SAMPLE_RATES.some((_, index) => rateOf(version, index) === sampleRate),
  );
  const isOther = (part: Mp3Part): boolean =>
    part.sampleRate !== sampleRate || part.samplesPerFrame !== samplesPerFrame || (part.channels ?? 1) !== channels;
  if (version === undefined || parts.some(isOther)) throw new NotMp3("The parts are not of one kind");
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const sideInfo = sideInfoOf(version, channels);
  // As large as the frames behind it, or as large as it must be.
  const least = Math.max(HEADER_BYTES + sideInfo + XING_BYTES, Math.floor(bytes / frames));
  const lengths = BIT_RATES[version === MPEG_1 ? 0 : 1].map((kbps) => lengthOf(version, kbps, sampleRate));
  const bitRate = lengths.findIndex((length) => length >= least);
  const length = lengths[bitRate] ?? 0;
  const isConstant = lengths.some((length) => parts.every((part) => Math.floor(part.bytes / part.frames) === length));

  const frame = Buffer.alloc(length);
  const rateIndex = [0, 1, 2].findIndex((index) => rateOf(version, index) === sampleRate);
  frame.set([0xff, 0xe3 | (version << 3), (bitRate << 4) | (rateIndex << 2), channels === 1 ? MONO << 6 : 0]);
  const at = HEADER_BYTES + sideInfo;
  frame.write(isConstant ? "Info" : "Xing", at, "latin1");
  frame.writeUInt32BE(7, at + 4); // frames, bytes and table are there
  frame.writeUInt32BE(frames, at + 8);
  frame.writeUInt32BE(length + bytes, at + 12);
  for (let entry = 0; entry < TOC_ENTRIES; entry += 1) {
    const position = length + positionOf(parts, Math.floor((entry / TOC_ENTRIES) * frames));
    frame[at + 16 + entry] = Math.min(255, Math.floor((position / (length + bytes)) * 256));
  }
  return frame;
};
