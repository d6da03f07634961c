import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { outOfOrder, shareBelow95 } from "./probes.ts";

test.each([
  [2048, 0, 0.001462],
  [100, 0, 0.029513],
  [100, 1, 0.046558],
  [100, 2, 0.061616],
  [10, 3, 0.606624],
  [10, 10, 1],
  [0, 0, 1],
])("of %d random traces %d deviate: in all less than %d do, at 95 %%", (sample, deviating, share) => {
  expect(shareBelow95(sample, deviating)).toBeCloseTo(share, 5);
});

test.each([
  ["rising numbers are in order", [1, 2, 5, 9], 0],
  ["a stray far ahead is one, not all that follow it", [1, 2, 99, 3, 4], 1],
  ["a number that is there twice is one", [1, 2, 2, 3], 1],
  ["what is no number is one", [1, Number.NaN, 2], 1],
  ["a block in the wrong place counts as it is long", [1, 2, 8, 9, 5, 6, 7, 10], 2],
])("%s", (_name, values, count) => {
  expect(outOfOrder(values, false)).toBe(count);
});

test("with ties allowed only falls count", () => {
  expect(outOfOrder([1, 1, 2, 2, 1, 3], true)).toBe(1);
});

/** By trying every choice. */
const fewest = (values: readonly number[]): number => {
  let most = 0;
  for (let chosen = 0; chosen < 2 ** values.length; chosen++) {
    const kept = values.filter((_, at) => (chosen >> at) % 2 === 1);
    if (kept.every((value, at) => at === 0 || value > (kept[at - 1] ?? 0))) most = Math.max(most, kept.length);
  }
  return values.length - most;
};

test("as few as possible must go, however the numbers stand", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 8 }), (values) => {
      expect(outOfOrder(values, false)).toBe(fewest(values));
    }),
    { seed: 20261121, numRuns: 300 },
  );
});
