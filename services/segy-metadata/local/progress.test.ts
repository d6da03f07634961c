import { expect, test } from "@jest/globals";
import { barOf, progressOn } from "./progress.ts";

const screen = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
};

test("the bar says the share, the size, the speed and the time left", () => {
  expect(barOf(500e6, 2e9, 2)).toBe("██████░░░░░░░░░░░░░░░░░░ 25 % of 2.00 GB, 250 MB/s, 6 s left");
  expect(barOf(0, 2e9, 0)).toMatch("0 % of 2.00 GB");
});

test("a bar is never wider than a terminal", () => {
  expect(barOf(999e3, 4.99e12, 3600).length).toBeLessThan(80);
});

test("a terminal sees at most ten bars a second, none at the start, and in the end nothing", () => {
  const terminal = screen(true);
  let now = 0;
  const progress = progressOn(terminal, 1000, () => now);
  for (; now < 1400; now += 10) progress.update(now);
  expect(terminal.written).toHaveLength(10);
  progress.end();
  expect(terminal.written.at(-1)).toBe("\r\u001B[K");
});

test("pipes and short passes see nothing", () => {
  for (const stream of [screen(false), screen(true)]) {
    let now = 0;
    const progress = progressOn(stream, 1000, () => now);
    for (; now < (stream.isTTY ? 300 : 5000); now += 10) progress.update(now);
    progress.end();
    expect(stream.written).toEqual([]);
  }
});
