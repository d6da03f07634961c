// MP3 parts of all the kinds that encoders write: LAME's frames with tags and headers around them.
import { createMp3Encoder } from "wasm-media-encoders";

export interface Mp3Options {
  readonly seconds?: number;
  readonly sampleRate?: 8_000 | 16_000 | 22_050 | 24_000 | 44_100;
  readonly channels?: 1 | 2;
  /** Constant in kbit/s; else variable. */
  readonly kbps?: 48 | 64 | 128;
}

/** A tone that goes up; no tags, no header. */
export const anMp3 = async ({
  seconds = 2,
  sampleRate = 22_050,
  channels = 1,
  kbps,
}: Mp3Options = {}): Promise<Buffer> => {
  const encoder = await createMp3Encoder();
  encoder.configure({ channels, sampleRate, ...(kbps ? { bitrate: kbps } : { vbrQuality: 4 }) });
  const samples = new Float32Array(Math.floor(seconds * sampleRate));
  // Quieter half of the time, so that a variable bit rate varies.
  for (let at = 0; at < samples.length; at += 1)
    samples[at] = Math.sin((at * at) / sampleRate / 40) * (at < samples.length / 2 ? 0.5 : 0.0001);
  const encoded = Buffer.from(encoder.encode(Array.from({ length: channels }, () => samples)));
  return Buffer.concat([encoded, Buffer.from(encoder.finalize())]);
};

/** The first frame without its sound, and in it the name of a header. */
export const headerFrame = (mp3: Buffer, name: "Xing" | "Info" | "VBRI", at: number): Buffer => {
  const second = mp3.indexOf(mp3.subarray(0, 2), 4);
  const frame = Buffer.alloc(second);
  mp3.copy(frame, 0, 0, 4);
  frame.write(name, at, "latin1");
  return frame;
};

export const id3v2 = (size: number): Buffer =>
  Buffer.concat([
    Buffer.from("ID3\u0004\0\0", "latin1"),
    Buffer.from([0, 0, size >> 7, size & 127]),
    Buffer.alloc(size, 0xff),
  ]);

export const id3v1 = (): Buffer => Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, 0x20)]);
