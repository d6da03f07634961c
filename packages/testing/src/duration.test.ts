import { expect, test } from "@jest/globals";
import { toMs } from "./duration.ts";

test.each([
  [250, 250],
  ["500ms", 500],
  ["90s", 90_000],
  ["1d 12h", 129_600_000],
  ["1d12h", 129_600_000],
  ["1.5h", 5_400_000],
])("%j is %d ms", (duration, ms) => {
  expect(toMs(duration)).toBe(ms);
});

test.each(["", "2 hours", "h", "1y"])("%j is refused", (duration) => {
  expect(() => toMs(duration)).toThrow(/is no duration/);
});
