import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { binsOf, type Interval, oldestPerBin, peakPerBin, percentile, startsPerBin } from "./series.ts";

const of = (...pairs: readonly (readonly [number, number])[]): readonly Interval[] =>
  pairs.map(([start, end]) => ({ start, end }));

const BINS = { from: 0, binMs: 100, count: 4 };

test("bins have a handy length, cover all and are few enough", () => {
  expect(binsOf(1_000, 11_000, 60)).toEqual({ from: 1_000, binMs: 200, count: 50 });
  expect(binsOf(0, 0, 60)).toEqual({ from: 0, binMs: 100, count: 1 });
  const twoDays = binsOf(0, 2 * 86_400_000, 60);
  expect(twoDays.count).toBeLessThanOrEqual(60);
  expect(twoDays.count * twoDays.binMs).toBeGreaterThanOrEqual(2 * 86_400_000);
});

test("an invocation counts in the bin of its start, and outside of all bins not at all", () => {
  expect(startsPerBin(of([0, 500], [99, 100], [100, 101], [399, 900], [400, 401], [-1, 50]), BINS)).toEqual([
    2, 1, 0, 1,
  ]);
});

test("two that follow each other at once are never counted as two at a time", () => {
  expect(peakPerBin(of([0, 100], [100, 200], [200, 300]), BINS)).toEqual([1, 1, 1, 0]);
});

test("one that lasts over several bins is under way in each of them", () => {
  expect(peakPerBin(of([50, 350], [110, 120], [115, 130]), BINS)).toEqual([1, 3, 1, 1]);
  expect(peakPerBin(of([-500, 900]), BINS)).toEqual([1, 1, 1, 1]);
});

test("the oldest message grows older until it is done", () => {
  expect(oldestPerBin(of([0, 250]), BINS)).toEqual([100, 200, 250, 0]);
  expect(oldestPerBin(of([0, 120], [90, 310]), BINS)).toEqual([100, 120, 210, 220]);
  expect(oldestPerBin([], BINS)).toEqual([0, 0, 0, 0]);
});

test("peaks and ages are those of looking at every moment", () => {
  const moments = fc.integer({ min: 0, max: 400 });
  const intervals = fc.array(
    fc.tuple(moments, moments).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(intervals, (all) => {
      const peaks: number[] = [];
      const ages: number[] = [];
      for (let bin = 0; bin < BINS.count; bin++) {
        const under = Array.from({ length: 100 }, (_, ms) => bin * 100 + ms).map((at) =>
          all.filter(({ start, end }) => start <= at && at < end).map(({ start }) => at + 1 - start),
        );
        peaks.push(Math.max(...under.map((now) => now.length)));
        ages.push(Math.max(0, ...under.flat()));
      }
      expect(peakPerBin(all, BINS)).toEqual(peaks);
      expect(oldestPerBin(all, BINS)).toEqual(ages);
    }),
    { seed: 11, numRuns: 60 },
  );
});

test("percentiles are values that occurred", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)]).toEqual([100, 190, 200]);
  expect([percentile([7], 0.5), percentile([], 0.95)]).toEqual([7, 0]);
});
