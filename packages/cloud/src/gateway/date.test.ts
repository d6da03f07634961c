import { expect, test } from "@jest/globals";
import { dateFor } from "./date.ts";

const CLOUD = Date.parse("2026-01-15T15:00:00Z");
const REAL = Date.parse("2026-11-21T10:00:00Z");

test.each([
  ["20260115T120000Z", CLOUD, "a client that follows the virtual clock, three hours behind it"],
  ["20261121T095900Z", REAL, "a client of real time"],
  [undefined, REAL, "an unsigned request"],
  ["yesterday", REAL, "a date that is none"],
])("%s is told %d, %s", (amzDate, time, _who) => {
  expect(dateFor(amzDate, [CLOUD, REAL])).toBe(new Date(time).toUTCString());
});
