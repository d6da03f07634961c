// Samples at another rate, by a linear-phase filter: a windowed sinc, one set of its taps per position between samples.

export interface Stage<In, Out> {
  readonly push: (samples: In) => Out;
  /** What is left in it. */
  readonly end: () => Out;
}

const ZERO_CROSSINGS = 16;
/** Of the lower of both rates; the rest up to its half is where the filter falls. */
const PASS = 0.45;

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Blackman's window: 74 dB of what would alias are gone. */
const tap = (distance: number, half: number, cutoff: number): number => {
  if (Math.abs(distance) >= half) return 0;
  const x = Math.PI * distance;
  const sinc = distance === 0 ? 2 * cutoff : Math.sin(2 * cutoff * x) / x;
  return sinc * (0.42 + 0.5 * Math.cos(x / half) + 0.08 * Math.cos((2 * x) / half));
};

/** Every sample in has its time in what comes out; the length is exact to one sample. */
export const resampler = (from: number, to: number): Stage<Float32Array, Float32Array> => {
  if (from === to) return { push: (samples) => samples, end: () => new Float32Array() };
  const [up, down] = [to / divisor(from, to), from / divisor(from, to)];
  const scale = Math.min(1, to / from);
  const half = Math.ceil(ZERO_CROSSINGS / scale);
  const taps = Array.from({ length: up }, (_, phase) =>
    Float64Array.from({ length: 2 * half }, (_, index) => tap(index - half + 1 - phase / up, half, PASS * scale)),
  );
  let held = new Float32Array(half - 1); // silence before the first sample
  let position = 0; // of the next sample out from the first held one that it needs, in 1/up
  const push = (samples: Float32Array): Float32Array => {
    const input = new Float32Array(held.length + samples.length);
    input.set(held);
    input.set(samples, held.length);
    const steps = (input.length - 2 * half + 1) * up - position; // until one would need what has not come
    const out = new Float32Array(Math.max(0, Math.ceil(steps / down)));
    for (let nth = 0; nth < out.length; nth++, position += down) {
      const first = Math.floor(position / up);
      const weights = taps[position % up] ?? [];
      let sum = 0;
      for (let index = 0; index < 2 * half; index++) sum += (weights[index] ?? 0) * (input[first + index] ?? 0);
      out[nth] = sum;
    }
    const used = Math.min(Math.floor(position / up), input.length);
    held = input.slice(used);
    position -= used * up;
    return out;
  };
  return { push, end: () => push(new Float32Array(half)) };
};
