// Samples as bytes of a format, as they come.
import type { AudioFormat, AudioRequest } from "../speech-port.ts";
import { resampler, type Stage } from "./resample.ts";

/** Polly's own limit, at which it ends without a word. */
export const MOST_SECONDS = 600;

/** Polly's own for speech. */
const MP3_KBPS = 48;
const OGG_QUALITY = 3;
const RATES = [8_000, 16_000, 22_050, 24_000] as const;

/**
 * LAME and any decoder put so many samples before the first; as much silence is left out at the start, so that marks
 * tell when a word is heard.
 */
const MP3_DELAY = 1_105;
const SILENT = 0.01;

const withoutDelay = (): ((samples: Float32Array) => Float32Array) => {
  let most = MP3_DELAY;
  return (samples) => {
    const silence = samples.subarray(0, most);
    const loud = silence.findIndex((sample) => Math.abs(sample) > SILENT);
    most = loud < 0 ? most - silence.length : 0;
    return samples.subarray(loud < 0 ? silence.length : loud);
  };
};

const LOUDEST = 32_767;

const rounded = (sample: number): number => (sample < 0 ? sample - 0.5 : sample + 0.5);
const pcm16 = (sample: number): number => rounded(sample > 1 ? LOUDEST : sample < -1 ? -LOUDEST : sample * LOUDEST);

const pcm = (): Stage<Float32Array, Uint8Array> => ({
  push: (samples) => {
    const out = new Int16Array(samples.length); // little-endian as PCM is, on all that Node runs on
    for (let index = 0; index < out.length; index++) out[index] = pcm16(samples[index] ?? 0);
    return new Uint8Array(out.buffer);
  },
  end: () => new Uint8Array(),
});

/** Encoders of LAME and Vorbis; they are loaded here, when the first one is asked. */
export const encoder = async (format: AudioFormat, sampleRate: number): Promise<Stage<Float32Array, Uint8Array>> => {
  if (format === "pcm") return pcm();
  const { createMp3Encoder, createOggEncoder } = await import("wasm-media-encoders");
  const common = { channels: 1, sampleRate } as const;
  const outputSampleRate = RATES.find((rate) => rate === sampleRate) ?? 22_050;
  const made = format === "mp3" ? await createMp3Encoder() : await createOggEncoder();
  if (made.mimeType === "audio/ogg") made.configure({ ...common, vbrQuality: OGG_QUALITY, oggSerialNo: 1 });
  else made.configure({ ...common, bitrate: MP3_KBPS, outputSampleRate });
  const heard = format === "mp3" ? withoutDelay() : (samples: Float32Array): Float32Array => samples;
  return {
    push: (samples) => made.encode([heard(samples)]).slice(), // its own memory is written over by the next call
    end: () => made.finalize().slice(),
  };
};

type Encoding = Pick<AudioRequest, "format" | "sampleRate" | "signal" | "mostSeconds"> & {
  /** Hz of the samples. */
  readonly from: number;
};

/** What is heard as bytes, part by part: the cloud's own thread encodes, and has others to answer. */
export async function* encoded(
  heard: AsyncIterable<Float32Array>,
  { from, format, sampleRate, signal, mostSeconds = MOST_SECONDS }: Encoding,
): AsyncGenerator<Uint8Array> {
  const [filter, encode] = [resampler(from, sampleRate), await encoder(format, sampleRate)];
  let left = mostSeconds * from;
  for await (const samples of heard) {
    signal.throwIfAborted();
    const bytes = encode.push(filter.push(samples.subarray(0, left)));
    if (bytes.length > 0) yield bytes;
    left -= samples.length;
    if (left <= 0) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield Buffer.concat([encode.push(filter.end()), encode.end()]);
}
