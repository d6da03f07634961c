// Samples as bytes of a format, as they come.
import type { AudioFormat } from "../speech-port.ts";
import type { Stage } from "./resample.ts";

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

const withoutDelay = (samples: Float32Array): Float32Array => {
  const loud = samples.subarray(0, MP3_DELAY).findIndex((sample) => Math.abs(sample) > SILENT);
  return samples.subarray(loud < 0 ? MP3_DELAY : loud);
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
  let started = format !== "mp3";
  return {
    push: (samples) => {
      const heard = started || samples.length === 0 ? samples : withoutDelay(samples);
      started ||= samples.length > 0;
      return made.encode([heard]).slice(); // what it answers is its own memory, written over by the next call
    },
    end: () => made.finalize().slice(),
  };
};
