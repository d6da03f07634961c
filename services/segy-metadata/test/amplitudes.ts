// Samples that look like the subsurface: dipping layers, flat ones upon them, and a fault; in any sample format.
import { randomNumbers } from "./trace-order.ts";
import { writeField } from "./write-field.ts";

type Encode = (view: DataView, offset: number, value: number, little: boolean) => void;

interface SampleFormat {
  readonly bytes: number;
  readonly encode: Encode;
}

const LARGEST = 10_000;

const integer =
  (type: "i1" | "i2" | "i4" | "i8", full: number, bias = 0): Encode =>
  (view, offset, value, little) =>
    writeField(view, { offset, type }, Math.round((value / LARGEST) * full) + bias, little);

const threeBytes =
  (bias: number): Encode =>
  (view, offset, value, little) => {
    const scaled = Math.round((value / LARGEST) * 0x7f_fff0) + bias;
    for (let at = 0; at < 3; at++) view.setUint8(offset + (little ? at : 2 - at), (scaled >> (8 * at)) & 0xff);
  };

const float =
  (type: "ibm4" | "f4" | "f8"): Encode =>
  (view, offset, value, little) =>
    writeField(view, { offset, type }, value, little);

/** Fixed point with gain: a byte of nothing, the gain, and a value of two bytes. */
const withGain: Encode = (view, offset, value, little) => {
  view.setUint8(offset + (little ? 2 : 1), 3);
  view.setInt16(offset + (little ? 0 : 2), Math.round(value / 8), little);
};

/** All fourteen codes of byte 3225; the unsigned ones stand on half of their range. */
const FORMATS: Readonly<Record<number, SampleFormat>> = {
  1: { bytes: 4, encode: float("ibm4") },
  2: { bytes: 4, encode: integer("i4", 1e9) },
  3: { bytes: 2, encode: integer("i2", 32_000) },
  4: { bytes: 4, encode: withGain },
  5: { bytes: 4, encode: float("f4") },
  6: { bytes: 8, encode: float("f8") },
  7: { bytes: 3, encode: threeBytes(0) },
  8: { bytes: 1, encode: integer("i1", 127) },
  9: { bytes: 8, encode: integer("i8", 1e15) },
  10: { bytes: 4, encode: integer("i4", 1e9, 2 ** 31) },
  11: { bytes: 2, encode: integer("i2", 32_000, 2 ** 15) },
  12: { bytes: 8, encode: integer("i8", 1e15, 2 ** 62) },
  15: { bytes: 3, encode: threeBytes(0x80_0000) },
  16: { bytes: 1, encode: integer("i1", 127, 128) },
};

export const SAMPLE_CODES: readonly number[] = Object.keys(FORMATS).map(Number);

/** A code that the standard does not know is written as 4-byte IEEE floats. */
const formatOf = (code: number): SampleFormat => FORMATS[code] ?? { bytes: 4, encode: float("f4") };

export const sampleBytesOf = (code: number): number => formatOf(code).bytes;

/** How far layers may move up along the survey, in samples. */
const ROOM = 512;

const WAVELET = Array.from({ length: 25 }, (_, at) => {
  const phase = ((at - 12) / 5) ** 2;
  return (1 - 2 * phase) * Math.exp(-phase);
});

/** Reflections at random depths, each with the shape of a Ricker wavelet. */
const reflections = (samples: number, seed: number): Float64Array => {
  const random = randomNumbers(seed);
  const trace = new Float64Array(samples);
  for (let depth = 0; depth < samples; depth += 4 + Math.floor(random() * 20)) {
    const strength = (random() - 0.5) * LARGEST * 0.6;
    for (const [at, value] of WAVELET.entries())
      if (depth + at < samples) trace[depth + at] = (trace[depth + at] ?? 0) + strength * value;
  }
  return trace.map((value) => Math.max(-LARGEST, Math.min(LARGEST, value)));
};

export interface Section {
  readonly sampleBytes: number;
  /** Fills the bytes with the samples of the trace at this place, 0 to 1 along each axis. */
  readonly fill: (target: Buffer, slow: number, fast: number) => void;
}

/** Encoded once; a trace is two slices of it, so that hundreds of megabytes cost little more than their copying. */
export const section = (code: number, samples: number, little: boolean): Section => {
  const { bytes, encode } = formatOf(code);
  const encoded = (seed: number): Buffer => {
    const values = reflections(samples + ROOM, seed);
    const target = Buffer.alloc(values.length * bytes);
    const view = new DataView(target.buffer, target.byteOffset, target.length);
    for (const [at, value] of values.entries()) encode(view, at * bytes, value, little);
    return target;
  };
  const [flat, dipping] = [encoded(11), encoded(12)];
  return {
    sampleBytes: bytes,
    fill: (target, slow, fast) => {
      const unconformity = Math.floor(samples * (0.35 + 0.1 * slow)) * bytes;
      const thrown = fast > 0.55 + 0.1 * slow ? 30 : 0;
      const dip = (Math.floor(200 * fast + 120 * slow) + thrown) * bytes;
      flat.copy(target, 0, 0, unconformity);
      if (unconformity < target.length) dipping.copy(target, unconformity, unconformity + dip, target.length + dip);
    },
  };
};
