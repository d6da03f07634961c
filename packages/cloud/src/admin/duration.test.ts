import { expect, test } from "@jest/globals";
import { readDuration } from "./duration.ts";

test.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["1.5h", 5_400_000],
  ["1d12h", 129_600_000],
  ["1d 12h", 129_600_000],
])("%s is %d ms", (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test.each(["", "90", "2 hours", "h", "1y", "-1s"])("%j is no duration", (text) => {
  expect(readDuration(text)).toBeUndefined();
});
