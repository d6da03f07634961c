import { expect, test } from "@jest/globals";
import { loudnessLine } from "./loudness.ts";

const FRAME_BYTES = 16;

/** Frames of MPEG 2, one channel, which say nothing but their gain. */
const frames = (gains: readonly number[]) => {
  const bare = new Uint8Array(gains.length * FRAME_BYTES);
  for (const [at, gain] of gains.entries()) {
    bare[at * FRAME_BYTES + 7] = gain >> 6; // its first two bits end a byte
    bare[at * FRAME_BYTES + 8] = (gain << 2) & 255;
  }
  return { bare, offsets: gains.map((_gain, at) => at * FRAME_BYTES) };
};

test("a line goes from the quietest part to the loudest", () => {
  expect(loudnessLine(frames([100, 200, 150, 100]), 4)).toBe("▁█▃▁");
});

test("columns are means of the frames that they stand for", () => {
  expect(loudnessLine(frames([100, 100, 180, 220, 100, 100, 100, 100]), 4)).toBe("▁█▁▁");
});

test("few frames make a short line, equal ones a low line, none an empty one", () => {
  expect(loudnessLine(frames([1, 255]), 80)).toBe("▁█");
  expect(loudnessLine(frames([9, 9, 9]), 3)).toBe("▁▁▁");
  expect(loudnessLine(frames([]), 80)).toBe("");
});
