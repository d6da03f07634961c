// How loud an MP3 is from start to end, without decoding it: each frame tells the gain that its samples are given.

export interface Frames {
  /** Frame behind frame. */
  readonly bare: Uint8Array;
  /** Where each starts. */
  readonly offsets?: readonly number[] | undefined;
}

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** ISO 13818-3, one channel: behind the header of 4 bytes and 30 bits of side information. */
const GAIN_BIT = 4 * 8 + 30;

const gainAt = (bare: Uint8Array, frame: number): number => {
  const at = frame + (GAIN_BIT >> 3);
  const bits = ((bare[at] ?? 0) << 8) | (bare[at + 1] ?? 0);
  return (bits >> (8 - (GAIN_BIT & 7))) & 255;
};

/** One line of bars, from the quietest part of the file to its loudest; MPEG 2, one channel, as Polly's. */
export const loudnessLine = ({ bare, offsets = [] }: Frames, width: number): string => {
  const means = Array.from(
    { length: Math.min(width, offsets.length) },
    (_, column, columns = offsets.length / width) => {
      const part = offsets.slice(
        Math.floor(column * columns),
        Math.max(Math.floor((column + 1) * columns), column + 1),
      );
      return part.reduce((sum, offset) => sum + gainAt(bare, offset), 0) / part.length;
    },
  );
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const share = (mean: number): number => ((mean - low) / (high - low || 1)) ** 2; // so that pauses are seen
  return means.map((mean) => BARS[Math.round(share(mean) * (BARS.length - 1))]).join("");
};
