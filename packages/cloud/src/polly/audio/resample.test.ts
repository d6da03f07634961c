import { describe, expect, test } from "@jest/globals";
import { resampler } from "./resample.ts";

const IN = 16_000;
const tone = (hertz: number, seconds = 0.5) =>
  Float32Array.from({ length: IN * seconds }, (_, index) => Math.sin((2 * Math.PI * hertz * index) / IN));
const all = (samples: Float32Array, to: number, step = samples.length) => {
  const stage = resampler(IN, to);
  const parts: number[] = [];
  for (let at = 0; at < samples.length; at += step) parts.push(...stage.push(samples.subarray(at, at + step)));
  return [...parts, ...stage.end()];
};

describe.each([8_000, 22_050, 24_000])("from 16,000 to %i Hz", (to) => {
  test("a tone stays where it is, as loud as it was", () => {
    const out = all(tone(1_000), to);
    expect(Math.abs(out.length - to / 2)).toBeLessThanOrEqual(1);
    const expected = out.map((_, index) => Math.sin((2 * Math.PI * 1_000 * index) / to));
    const inside = out.slice(200, -200).map((sample, index) => Math.abs(sample - (expected[index + 200] ?? 0)));
    expect(Math.max(...inside)).toBeLessThan(0.002);
  });

  test("how it is cut makes no difference", () => {
    const samples = tone(700, 0.1);
    expect(all(samples, to, 7)).toEqual(all(samples, to));
    expect(all(samples, to, 333)).toEqual(all(samples, to));
    expect(all(new Float32Array(), to)).toHaveLength(0);
  });
});

test("what a lower rate cannot carry is gone", () => {
  const out = all(tone(5_500), 8_000).slice(100, -100);
  expect(Math.max(...out.map(Math.abs))).toBeLessThan(0.001);
});
